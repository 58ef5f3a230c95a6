"""Any text → a text that a page can carry: no markup, no control, no glyph that is not there.

reportlab's paragraphs read tags, entities, images and links in their text. Everything that is
printed goes through here; paragraphs are made here alone.
"""

import unicodedata
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from reports.pdf.style import BODY, BOLD, INK, REGULAR

#: Letters of formulas in our own sentences, which the fonts have not.
WORDS: Final = {
    ord(letter): word
    for letter, word in {
        "α": "alpha", "γ": "gamma", "κ": "kappa", "λ": "lambda", "μ": "µ", "ρ": "rho",
        "σ": "sigma", "Σ": "sum of ", "Π": "product of ", "→": "to", "₃": "3", "₄": "4",
    }.items()
}  # fmt: skip

#: What a cell or a label may hold; a paragraph may hold more.
LENGTH_MAX: Final = 160
PARAGRAPH_MAX: Final = 2_000


@cache
def register_fonts() -> frozenset[int]:
    """Register the fonts that are embedded, once; the code points that all of them have."""
    glyphs: set[int] | None = None
    for name, file in ((REGULAR, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        font = TTFont(name, file)
        pdfmetrics.registerFont(font)
        own = set(font.face.charToGlyph)
        glyphs = own if glyphs is None else glyphs & own
    return frozenset(glyphs or ())


def text(value: str, length: int = LENGTH_MAX) -> str:
    """One line of NFC, cut at `length`; what the fonts cannot show is spelled `U+1F436`."""
    glyphs = register_fonts()
    cut = value[: length + 1]
    composed = unicodedata.normalize("NFC", cut.encode("utf-8", "replace").decode("utf-8"))
    spelled: list[str] = []
    for letter in composed:
        if letter.isspace():
            spelled.append(" ")
        elif ord(letter) in glyphs and unicodedata.category(letter) not in {"Cc", "Cf"}:
            spelled.append(letter)
        else:
            spelled.append(f"U+{ord(letter):04X}")
    shown = " ".join("".join(spelled).split())
    return shown if len(shown) <= length and len(value) <= length else f"{shown[:length]}…"


def fitted(value: str, font: str, size: float, width: float) -> str:
    """A text that is no wider than `width` points; cut with `…` where it is."""
    shown = text(value)
    if stringWidth(shown, font, size) <= width:
        return shown
    while shown and stringWidth(f"{shown}…", font, size) > width:
        shown = shown[:-1]
    return f"{shown.rstrip()}…"


def paragraph(
    value: str,
    *,
    size: float = BODY,
    colour: object = INK,
    bold: str = "",
    length: int = PARAGRAPH_MAX,
) -> Paragraph:
    """A paragraph of a text that means nothing to reportlab; `bold` opens it, encoded likewise."""
    style = ParagraphStyle(
        "body",
        fontName=REGULAR,
        fontSize=size,
        leading=size * 1.42,
        textColor=colour,
        splitLongWords=1,
    )
    opening = f'<font name="{BOLD}">{escape(text(bold))}</font>&nbsp; ' if bold else ""
    return Paragraph(opening + escape(text(value.translate(WORDS), length)), style)
