"""Rules of exactness: quantities and money stay integers, and one module divides and rounds."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.source import Fault, Rule, Source, calls, dotted

EXACT = ("ledger/*", "reports/*")
AMOUNT = "ledger/model/amount.py"
PAGES = "reports/pdf/*"

AMOUNTS = "quantity|value|cost|amount|proceeds|gain|basis|balance|price|money"
UNSAFE_SQL = re.compile(
    rf"\b(?:SUM|AVG|MIN|MAX|TOTAL)\s*\(\s*[^)]*({AMOUNTS})|\bORDER\s+BY\b[^;)]*\b\w*({AMOUNTS})\b",
    re.IGNORECASE,
)


def no_float_constant(source: Source) -> Iterator[Fault]:
    """No number is written as a float."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"the float {node.value}"


def no_float_made(source: Source) -> Iterator[Fault]:
    """No number is made a float."""
    for call, name in calls(source.tree):
        if name in {"float", "complex"} or name.startswith(("np.float", "numpy.float")):
            yield call.lineno, f"{name}() makes a float"


def no_division(source: Source) -> Iterator[Fault]:
    """A quotient of integers is a float; amounts are divided in one module, by a rule."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if not _joins_a_path(node):
                yield node.lineno, "a division outside ledger.model.amount"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node.lineno, "a division outside ledger.model.amount"


def _joins_a_path(node: ast.BinOp) -> bool:
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr):
            return True
        if isinstance(side, ast.Constant) and isinstance(side.value, str):
            return True
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Div) and _joins_a_path(side):
            return True
    return False


def no_rounding(source: Source) -> Iterator[Fault]:
    """Every rounding has its rule, and its place."""
    for call, name in calls(source.tree):
        if name == "round" or name.endswith((".quantize", ".to_integral_value")):
            yield call.lineno, f"{name}() rounds outside ledger.model.amount"


def decimals_are_made_in_one_place(source: Source) -> Iterator[Fault]:
    """A decimal is made by `ledger.model.amount`, which refuses what is no plain number."""
    for call, name in calls(source.tree):
        if name.split(".")[-1] == "Decimal" or name.startswith("Decimal."):
            yield call.lineno, f"{name}() outside ledger.model.amount"


def sql_never_computes_amounts(source: Source) -> Iterator[Fault]:
    """SQLite keeps amounts as text: its sums lose digits and its order is that of words."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = UNSAFE_SQL.search(node.value)
            if found:
                yield node.lineno, f"SQL computes with {found.group(1) or found.group(2)}"
    for call, name in calls(source.tree):
        aggregate = re.search(r"\bfunc\.(sum|avg|min|max|total)$", name)
        if not aggregate and not name.endswith("order_by"):
            continue
        for argument in ast.walk(ast.Tuple(elts=call.args, ctx=ast.Load())):
            if isinstance(argument, ast.Attribute) and re.search(AMOUNTS, argument.attr):
                yield call.lineno, f"SQL computes with {dotted(argument)}"


RULES = (
    Rule("no float constant", no_float_constant, EXACT, (PAGES,), path="ledger/lots/methods.py",
         bad=("x = 0.5\n", "x = 1e18\n"), good=("x = 10**18\n",)),
    Rule("no float made", no_float_made, EXACT, path="reports/pdf/page.py",
         bad=("x = float(y)\n", "x = np.float64(y)\n"), good=("x = int(y)\n",)),
    Rule("no division", no_division, EXACT, (AMOUNT, PAGES), path="ledger/lots/methods.py",
         bad=("x = cost / quantity\n", "x /= 2\n"),
         good=("x = folder / 'case.csv'\n", "x = a // b\n")),
    Rule("no rounding", no_rounding, EXACT, (AMOUNT, PAGES), path="ledger/lots/methods.py",
         bad=("x = round(y)\n", "x = y.quantize(z)\n"), good=("x = divide_half_even(y, z)\n",)),
    Rule("decimals are made in one place", decimals_are_made_in_one_place, EXACT, (AMOUNT,),
         path="ledger/prices/book.py", bad=("x = Decimal(1)\n", "x = decimal.Decimal(y)\n"),
         good=("def f(x: Decimal) -> Decimal:\n    return x\n",)),
    Rule("SQL never computes amounts", sql_never_computes_amounts, ("ledger/store/*",),
         path="ledger/store/journal.py",
         bad=("x = 'select sum(quantity) from posting'\n",
              "x = 'SELECT id FROM lot ORDER BY unit_cost DESC'\n",
              "x = select(func.sum(PostingRow.quantity))\n",
              "x = select(LotRow).order_by(LotRow.cost)\n"),
         good=("x = 'select quantity from posting order by entry_id'\n",
               "x = select(LotRow).order_by(LotRow.id)\n")),
)  # fmt: skip
