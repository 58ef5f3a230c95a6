"""A statement → the bytes of a PDF: the same statement gives the same bytes, in any process."""

from collections.abc import Iterator
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
)

from reports.pdf.blocks import flowables, opening, page_title
from reports.pdf.style import (
    BOTTOM,
    GREY,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    REGULAR,
    RULE,
    SMALL,
    TOP,
    WIDTH,
)
from reports.pdf.text import fitted, register_fonts, text
from reports.statement import Statement, Table

#: Longer tables may run over pages; they begin where a few rows have room.
ROWS_TOGETHER = 24
ROOM_FOR_ROWS = 120


def render(statement: Statement) -> bytes:
    """The PDF of a statement on A4 with embedded fonts, numbered pages and the books' digest.

    Invariant: no time, no random id. Its keywords name the digest, the code version and the period,
    so that a file can be checked against the books.
    """
    register_fonts()
    buffer = BytesIO()
    kept = rl_config.invariant
    rl_config.invariant = 1
    try:
        document = BaseDocTemplate(
            buffer,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            title=text(f"{statement.fund}: {statement.title}, {statement.period}"),
            author=text(statement.fund),
            subject=text(f"{statement.title}, {statement.period}, {statement.label}"),
            keywords=[
                f"report:{text(statement.name)}",
                f"books:{text(statement.digest)}",
                f"version:{text(statement.version)}",
            ],
            creator=text(f"Partita {statement.version}"),
            invariant=1,
        )
        frame = Frame(
            MARGIN,
            BOTTOM,
            WIDTH,
            PAGE_HEIGHT - TOP - BOTTOM,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        document.addPageTemplates([PageTemplate("page", [frame])])
        document.build(list(_story(statement)), canvasmaker=_canvas_of(statement))
    finally:
        rl_config.invariant = kept
    return buffer.getvalue()


def _story(statement: Statement) -> Iterator[Flowable]:
    yield from opening(statement)
    for number, page in enumerate(statement.pages):
        if number:
            yield PageBreak()
        if page.title:
            yield page_title(page.title)
        for block in page.blocks:
            pieces = list(flowables(block))
            if isinstance(block, Table) and len(block.rows) > ROWS_TOGETHER:
                yield CondPageBreak(ROOM_FOR_ROWS)
                yield from pieces
            else:
                yield KeepTogether(pieces)
            yield Spacer(1, 15)


def _canvas_of(statement: Statement) -> type[Canvas]:
    """A canvas that knows at its end how many pages there are, and then writes head and foot."""

    class _Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **(options | {"initialFontName": REGULAR}))
            self._sheets: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802
            self._sheets.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            count = len(self._sheets)
            for sheet in self._sheets:
                self.__dict__.update(sheet)
                _frame_of(self, statement, count)
                super().showPage()
            super().save()

    return _Numbered


def _frame_of(canvas: Canvas, statement: Statement, count: int) -> None:
    canvas.setFont(REGULAR, SMALL)
    canvas.setFillColor(GREY)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    number = canvas.getPageNumber()
    right = PAGE_WIDTH - MARGIN
    if number > 1:
        head = PAGE_HEIGHT - 40
        canvas.drawString(MARGIN, head, fitted(statement.fund, REGULAR, SMALL, WIDTH * 0.45))
        said = f"{statement.title} · {statement.period} · {statement.label}"
        canvas.drawRightString(right, head, fitted(said, REGULAR, SMALL, WIDTH * 0.5))
        canvas.line(MARGIN, head - 7, right, head - 7)
    foot = 36
    canvas.line(MARGIN, foot + 12, right, foot + 12)
    books = f"Books {statement.digest[:16]} · Partita {statement.version}"
    canvas.drawString(MARGIN, foot, fitted(books, REGULAR, SMALL, WIDTH * 0.8))
    canvas.drawRightString(right, foot, f"{number} of {count}")
