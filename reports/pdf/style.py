"""How a page looks: its measures in points, its colours and its type."""

from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4

from reports.statement import Tone

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN: Final = 48.0
TOP: Final = 74.0
BOTTOM: Final = 62.0
WIDTH: Final = PAGE_WIDTH - 2 * MARGIN

INK: Final = HexColor(0x1B2530)
GREY: Final = HexColor(0x6C7785)
PALE: Final = HexColor(0xA9B2BD)
RULE: Final = HexColor(0xDDE2E8)
BLUE: Final = HexColor(0x1F5C99)
ORANGE: Final = HexColor(0xB9540C)
WHITE: Final = HexColor(0xFFFFFF)

COLOURS: Final[dict[Tone, Color]] = {"plain": INK, "gain": BLUE, "loss": ORANGE, "muted": GREY}

REGULAR: Final = "Vera"
BOLD: Final = "VeraBd"

SMALL: Final = 6.4
BODY: Final = 7.2
HEADING: Final = 8.6
TITLE: Final = 15.0


def tint(strength: int) -> Color:
    """White at 0, towards blue at 100 and orange at −100; never so dark that text drowns."""
    part = min(100, abs(strength)) / 100 * 0.42
    base = BLUE if strength > 0 else ORANGE
    return Color(*(1 - (1 - shade) * part for shade in (base.red, base.green, base.blue)))
