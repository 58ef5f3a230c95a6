"""A drawing or a chart of a statement → SVG text: the same drawing that the PDF holds."""

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing

from ledger.model.errors import NotFound
from reports.pdf.charts import drawing
from reports.pdf.style import BOLD, REGULAR, WIDTH
from reports.pdf.text import register_fonts, text
from reports.statement import Statement

FAMILY = "'Bitstream Vera Sans', 'DejaVu Sans', Verdana, sans-serif"


def svg(picture: Drawing, title: str = "") -> str:
    """A drawing as one `svg` element: names escaped, no script, no link, nothing from outside."""
    register_fonts()
    canvas = renderSVG.SVGCanvas(
        (picture.width, picture.height),
        svgAttrs={"role": "img"},
        fontHacks={
            REGULAR: {"family": FAMILY},
            BOLD: {"family": FAMILY, "weight": "bold"},
        },
        useClip=True,
    )
    # pictures of one page must not share an id: the clip of one would cut the other
    canvas.groupTree.removeAttribute("id")
    renderSVG.draw(picture, canvas, 0, 0)
    for node in canvas.svg.childNodes[:2]:
        node.firstChild.data = text(title)
    made: str = canvas.svg.toxml()
    return made + "\n"


def chart_svg(name: str, statement: Statement, width: float = WIDTH) -> str:
    """A chart of a statement by its name as SVG; raises NotFound for a name that it has not."""
    register_fonts()
    chart = statement.charts().get(name)
    if chart is None:
        known = ", ".join(sorted(statement.charts()))
        raise NotFound(f"the statement has no chart {text(name)!r}; it has {known}")
    return svg(drawing(chart, width), chart.title)
