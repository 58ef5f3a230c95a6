"""The only room that draws: a statement enters, the bytes of a PDF or an SVG picture leave."""

from reports.pdf.pages import render
from reports.pdf.pictures import chart_svg, svg

__all__ = ("chart_svg", "render", "svg")
