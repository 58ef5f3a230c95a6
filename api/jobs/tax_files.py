"""An assessed year, brokers' statements and partners → the files of a tax regime, by name."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Final, get_args

from api.jobs.report import Sides, export_bytes, export_figures, tax_figures
from api.jobs.tax import Question
from api.jobs.tax_filed import answered
from api.jobs.tax_record import Record
from api.plug_ins import plug_in, plug_ins
from api.tax_books import StoredBooks, TaxBooks
from api.views import Row
from ledger.books import Books
from ledger.model.amount import MONEY_DECIMALS, text_from_units
from ledger.model.broker import BrokerSale
from ledger.model.errors import BadInput
from ledger.model.event import Event
from ledger.model.fund import Fund, WalletId
from ledger.model.partner import Ceiling, PartnerAllocation
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear
from ledger.tax.brokers import reconcile
from ledger.tax.form_1099da import read
from ledger.tax.partners import allocate, read_periods
from reports.csv import Export, Told, manifest
from reports.index import index
from reports.model import ExportFigures

#: A year as JSON: the version of its form, and the columns of a disposal in it.
_YEAR_SCHEMA: Final = 1
_YEAR_COLUMNS: Final = tuple(
    "asset quantity acquired disposed proceeds cost fees gain denied term rule kind wallet lot"
    " source version".split()
)
_SUMMED: Final = ("proceeds", "cost", "fees", "gain", "denied")
CEILINGS: Final[tuple[Ceiling, ...]] = get_args(Ceiling)

#: A file as it was given: its name and what is in it.
GivenFile = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """What people gave beside the books: brokers' statements by wallet, a register of partners."""

    statements: tuple[tuple[WalletId, GivenFile], ...] = ()
    partners: GivenFile | None = None
    ceiling: Ceiling = "traditional"


NOTHING: Final = Given()


def tax_layouts(regime: str) -> tuple[ModuleType, ...]:
    """The layouts that are made from a year of this regime, in the order of their names."""
    return tuple(
        module
        for module in plug_ins("reports.exports")
        if hasattr(module, "REGIMES") and (not module.REGIMES or regime in module.REGIMES)
    )


def is_of_tax(layout: str) -> bool:
    """Whether a layout is made from a tax year alone."""
    return hasattr(plug_in("reports.exports", layout), "REGIMES")


def layouts_of(fund: Fund) -> tuple[ModuleType, ...]:
    """Every layout that the fund's books give by themselves: those of other regimes are none."""
    of_books = {m.NAME for m in plug_ins("reports.exports") if not hasattr(m, "REGIMES")}
    of_books |= {module.NAME for module in tax_layouts(fund.regime) if not hasattr(module, "NEEDS")}
    return tuple(module for module in plug_ins("reports.exports") if module.NAME in of_books)


def exported(  # noqa: PLR0913 -- what was given beside the books is optional
    layout: str,
    books: Books,
    fund: Fund,
    year: int,
    given: Given = NOTHING,
    *,
    record: Record,
    moment: datetime | None = None,
    wallet: WalletId | None = None,
    stem: str = "",
) -> tuple[Export, tuple[Problem, ...]]:
    """The file of a layout, and the problems of the year that a tax layout is of.

    The year is by the fund's regime, or by the layout's own; one that was filed has the figures
    that were filed.
    """
    module = plug_in("reports.exports", layout)
    if wallet is not None and not hasattr(module, "OF_WALLET"):
        raise BadInput(f"{layout} is of the whole fund, and of no wallet alone")
    if is_of_tax(layout):
        return tax_exported(layout, books, fund, year, given, record=record, stem=stem)
    if wallet is not None:
        books = replace(books, events=tuple(_of_wallet(books.events, wallet)))
    return export_bytes(layout, export_figures(books, fund, moment), stem), ()


def tax_exported(
    layout: str,
    books: Books | StoredBooks,
    fund: Fund,
    year: int,
    given: Given = NOTHING,
    *,
    record: Record,
    stem: str = "",
) -> tuple[Export, tuple[Problem, ...]]:
    """The file of a tax layout, the problems of its year, and what of it is no partner's.

    The year is by the fund's regime, or by the layout's own; one that was filed has the figures
    that were filed.
    """
    regimes = plug_in("reports.exports", layout).REGIMES
    own = not regimes or fund.regime in regimes
    regime = fund.regime if own else min(regimes)
    found = answered(books, record, Question(regime), year).found
    drawn = drawn_of(books, fund, found, given)
    unshared = () if drawn.allocation is None else drawn.allocation.problems
    return export_bytes(layout, drawn, stem), (*found.problems, *unshared)


def tax_files(
    books: Books | StoredBooks,
    fund: Fund,
    found: TaxYear,
    given: Given = NOTHING,
    *,
    pages: bool = True,
) -> list[tuple[str, bytes]]:
    """Every file of the year's regime with manifest and trace, by name.

    With `pages` Form 8949 as PDF too. All of them are made before one is written.
    """
    return files_of(drawn_of(books, fund, found, given), pages=pages)


def drawn_of(
    books: Books | StoredBooks, fund: Fund, found: TaxYear, given: Given = NOTHING
) -> ExportFigures:
    """What the files of a year are made from."""
    return tax_figures(books, fund, found, _sides(books, found, given))


def files_of(drawn: ExportFigures, *, pages: bool = True) -> list[tuple[str, bytes]]:
    """The same of what they are made from."""
    found = drawn.tax
    assert found is not None, "files of a tax year"
    characters = {line.character for line in found.lines}
    has = {
        "comparisons": bool(drawn.comparisons),
        "allocation": drawn.allocation is not None,
        "section_1256": "section_1256" in characters,
        "ordinary": bool(characters & {"ordinary", "section_481"}),
    }
    files: list[tuple[str, bytes]] = []
    for module in tax_layouts(found.regime):
        if has.get(getattr(module, "NEEDS", ""), True):
            stem = stem_of(module.NAME, found.year)
            files += named(export_bytes(module.NAME, drawn, stem), stem)
    if pages and found.regime == "us":
        files += _form_8949(drawn, found.year)
    return files


def stem_of(layout: str, year: int | None = None) -> str:
    """The name of a file without its suffix; that of a tax layout has its year."""
    name = layout.replace("_", "-")
    return name if year is None else f"{name}-{year}"


def named(made: Export, stem: str) -> Iterator[tuple[str, bytes]]:
    """A file, its manifest, and its trace where it has one."""
    yield f"{stem}.{made.suffix}", made.content
    yield f"{stem}.manifest.json", made.manifest
    if made.trace is not None:
        yield f"{stem}.trace.json", made.trace


def write_files(out: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write files into a folder that is made where it is not there; their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in files:
        paths.append(out / name)
        paths[-1].write_bytes(content)
    return paths


def given_by(books: TaxBooks, brokers: Sequence[str], partners: Path | None, ceiling: str) -> Given:
    """What the options of a command say: `WALLET=FILE` each, a register. Raises BadInput."""
    statements: list[tuple[WalletId, GivenFile]] = []
    for text in brokers:
        wallet, equals, path = text.partition("=")
        if not equals:
            raise BadInput(f"{text[:60]!r} is not WALLET=FILE")
        statement = wallet_called(books, wallet), _file(Path(path))
        if any(
            statement[0] == known and statement[1][1] == told for known, (_, told) in statements
        ):
            # all of its sales would be missing with us
            raise BadInput(f"{text[:60]!r} is a statement that was given before")
        statements.append(statement)
    for each in CEILINGS:
        if each == ceiling:
            return Given(tuple(statements), None if partners is None else _file(partners), each)
    raise BadInput(f"no ceiling is called {ceiling[:20]!r}; known: {', '.join(CEILINGS)}")


def wallet_called(books: TaxBooks, text: str) -> WalletId:
    """A wallet of the fund by its label or id. Raises BadInput, where several have it too."""
    if WalletId(text) in books.wallets:
        return WalletId(text)
    found = [wallet.id for wallet in books.wallets.values() if text == wallet.label]
    if not found:
        raise BadInput(f"no wallet is called {text[:60]!r}")
    if len(found) > 1:
        raise BadInput(f"{text[:60]!r} is {', '.join(found)}: give the id")
    return found[0]


def _file(path: Path) -> GivenFile:
    try:
        return path.name, path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from error


def _sides(books: TaxBooks, found: TaxYear, given: Given) -> Sides:
    """The year beside what brokers reported, and what of it is whose. Raises BadInput."""
    if (given.statements or given.partners is not None) and found.regime != "us":
        raise BadInput("Form 1099-DA and Schedule K-1 are of the United States: regime us")
    sales: list[BrokerSale] = []
    for wallet, (name, text) in given.statements:
        read_sales, problems = read(text, wallet, name)
        if problems:
            # a row that is left out would be a sale that nobody is asked about
            told = "; ".join(f"{p.file}:{p.line}: {p.message}" for p in problems[:5])
            raise BadInput(f"{len(problems)} rows of {name} cannot be read: {told}")
        other = next((sale for sale in read_sales if sale.sold.year != found.year), None)
        if other is not None:
            raise BadInput(f"{other.source}: sold in {other.sold.year}, and the year {found.year}")
        sales.extend(read_sales)
    wallets = {wallet for wallet, _ in given.statements}
    compared = reconcile(found.lines, sales, wallets, books.assets)
    return compared, _allocation(books, found, given)


def _allocation(books: TaxBooks, found: TaxYear, given: Given) -> PartnerAllocation | None:
    if given.partners is None:
        return None
    age = books.policy.quote_age_seconds_max

    def worth(line: TaxLine, moment: datetime) -> int | None:
        return books.prices.value(line.asset, line.quantity, moment, found.currency, age)

    name, text = given.partners
    periods = read_periods(text, name)
    return allocate(found.lines, found.income, periods, worth, given.ceiling, books.assets)


def _of_wallet(events: Iterable[Event], wallet: WalletId) -> Iterator[Event]:
    """The events of one wallet, with its own legs and fees alone."""
    for event in events:
        legs = tuple(leg for leg in event.legs if leg.wallet == wallet)
        fee = event.fee if event.fee is not None and event.fee.wallet == wallet else None
        if legs or fee is not None:
            yield replace(event, legs=legs, fee=fee)


def _form_8949(drawn: ExportFigures, year: int) -> Iterator[tuple[str, bytes]]:
    """Form 8949 and Schedule D as pages, the index of their figures, and the manifest of both.

    Nothing without a line.
    """
    from reports.pdf import render

    module = plug_in("reports.statements", "form_8949")
    stated = module.statement(drawn, version("partita"))
    if len(stated.pages) > 1:
        name = f"form-8949-{year}.pdf"
        content, figures = render(stated), index(stated)
        rows, sums = module.summed(drawn)
        more = {"figures_sha256": hashlib.sha256(figures).hexdigest()}
        told = Told(name, module.NAME, module.SCHEMA_VERSION, module.HEADER, rows, sums, more)
        yield name, content
        yield f"form-8949-{year}.figures.json", figures
        yield f"{name}.manifest.json", manifest(told, drawn, [content])


def write_year(out: Path, drawn: ExportFigures, row: Row, parts: Iterable[bytes]) -> None:
    """The year as JSON, whose text comes part by part, with its manifest."""
    found = drawn.tax
    assert found is not None, "a tax year"
    stem = f"tax-{found.regime}-{found.year}"

    def written() -> Iterator[bytes]:
        with (out / f"{stem}.json").open("wb") as file:
            for part in parts:
                file.write(part)
                yield part

    more = {
        "income": {"rows": len(found.income), "sums": {"value": _sum(found.income, "value")}},
        "totals": row["totals"],
        "problems": len(found.problems),
    }
    sums = {name: _sum(found.lines, name) for name in _SUMMED}
    told = Told(
        f"{stem}.json", "tax_year", _YEAR_SCHEMA, _YEAR_COLUMNS, len(found.lines), sums, more
    )
    (out / f"{stem}.manifest.json").write_bytes(manifest(told, drawn, written()))


def _sum(lines: Iterable[TaxLine | IncomeLine], name: str) -> str:
    """The exact sum of a column of money, of what is known."""
    amounts = (getattr(line, name) for line in lines)
    return text_from_units(sum(one for one in amounts if one is not None), MONEY_DECIMALS)
