"""Pages drawn: the figures of a month made into a PDF."""

import io
from collections.abc import Iterator
from dataclasses import replace

from api.jobs.report import monthly_figures, months_of
from api.plug_ins import plug_in
from benchmarks import books
from benchmarks.figure import MILLISECONDS, Figure, cpu_seconds
from ledger.model.fund import Fund
from reports.pdf import render

WHAT = {
    "monthly_pdf": "a page of the monthly report, from computed figures to the PDF's bytes; floor: "
    "a page of sixty plain lines on the bare canvas",
}

_LINES = 60


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a history divided by `share`."""
    known = books.kept(books.history(max(2_000 // share, 40)))
    fund = Fund("bench")
    drawn = replace(monthly_figures(known, fund, months_of(known)[0]), version="0")
    module = plug_in("reports.statements", "monthly")
    data = render(module.statement(drawn))
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type /Page ")
    assert pages >= 4, "a monthly report has four pages at least"

    def report() -> None:
        render(module.statement(drawn))

    def bare() -> None:
        _bare(pages)

    scale = MILLISECONDS / pages
    yield Figure(
        "monthly_pdf", cpu_seconds(report) * scale, "ms CPU a page", cpu_seconds(bare) * scale
    )


def _bare(pages: int) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    into = io.BytesIO()
    canvas = Canvas(into)
    for page in range(pages):
        for line in range(_LINES):
            canvas.drawString(50, 800 - 12 * line, f"page {page}, line {line} of plain text")
        canvas.showPage()
    canvas.save()
    return into.getvalue()
