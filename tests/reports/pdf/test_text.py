"""Texts for pages: one line, no control, no missing glyph, no markup."""

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.pdf.style import REGULAR
from reports.pdf.text import fitted, paragraph, register_fonts, text
from tests.reports.hostile import NAMES


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_what_is_printed_is_one_line_that_the_fonts_have(name):
    shown = text(name)
    assert {ord(letter) for letter in shown} <= register_fonts()
    assert "\n" not in shown
    assert len(shown) <= 161


def test_what_the_fonts_have_not_is_spelled_out():
    assert text("\U0001f436INU") == "U+1F436INU"
    assert text("USD\u202eCTH") == "USDU+202ECTH"
    assert text("\u0405U\u0405DC") != "SUSDC"


def test_the_two_forms_of_a_letter_are_one():
    assert text("Cafe\u0301") == text("Caf\u00e9") == "Caf\u00e9"


@pytest.mark.parametrize("width", [0, 10, 40, 200])
def test_a_fitted_text_is_no_wider_than_its_room(width):
    shown = fitted("W" * 60, REGULAR, 7, width)
    assert shown == "…" or stringWidth(shown, REGULAR, 7) <= width


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:20]))
def test_a_paragraph_says_its_text_and_means_nothing_more(name):
    made = paragraph(name, bold=name)
    assert not [
        frag for frag in made.frags if getattr(frag, "link", None) or hasattr(frag, "cbDefn")
    ]
