"""Rules of form: how long, how named, how opened, what never stays behind."""

import ast
import re
import sys
from collections.abc import Iterator

from tests.tidy.source import Fault, Rule, Source, calls, dotted, functions, imported

EVERY = ("*.py",)
CORE = ("ledger/*", "risk/*", "reports/*")
PACKAGES = (*CORE, "api/*")

FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 400
MODEL_LINES_MAX = 250
EMPTY_NAMES = {"util", "helper", "manager", "service", "common", "misc"}
LEFT_BEHIND = re.compile(
    "|".join([r"\bTO" + r"DO\b", r"\bFIX" + "ME", r"\bX" + r"XX\b", "Not" + "ImplementedError"])
    + "|(?i:place"
    + "holder)"
)
NOT_VALUES = ("Error", "Exception", "Enum", "Protocol", "TypedDict", "NamedTuple")


def opens_with_a_sentence(source: Source) -> Iterator[Fault]:
    """A module says in its first sentence what enters and what leaves."""
    first = (ast.get_docstring(source.tree) or "").strip().split("\n\n")[0]
    if not first.endswith("."):
        yield 1, "the module does not open with a sentence"


def functions_are_short(source: Source) -> Iterator[Fault]:
    """A function fits a page."""
    for function in functions(source.tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield function.lineno, f"{function.name} has {lines} lines of {FUNCTION_LINES_MAX}"


def modules_are_short(source: Source) -> Iterator[Fault]:
    """A module is read in one sitting; a larger one becomes a folder of the same name."""
    limit = MODEL_LINES_MAX if source.path.startswith("ledger/model/") else MODULE_LINES_MAX
    lines = len(source.text.splitlines())
    if lines > limit:
        yield limit, f"the module has {lines} lines of {limit}"


def names_say_something(source: Source) -> Iterator[Fault]:
    """No file and no folder is named by a word that fits anything."""
    for part in source.path.removesuffix(".py").split("/"):
        if part.removesuffix("s") in EMPTY_NAMES or part in EMPTY_NAMES:
            yield 1, f"{part} is a name that fits anything"


def nothing_is_left_for_later(source: Source) -> Iterator[Fault]:
    """No stub, no note to oneself."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if LEFT_BEHIND.search(line):
            yield number, f"left for later: {line.strip()[:60]}"


def nothing_is_swallowed(source: Source) -> Iterator[Fault]:
    """A caught fault is answered; doing nothing about it is no answer."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and all(
            isinstance(statement, ast.Pass | ast.Continue)
            or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
            for statement in node.body
        ):
            yield node.lineno, "a fault is caught and dropped"
    for call, name in calls(source.tree):
        if name.endswith("suppress") and any(
            dotted(argument) in {"Exception", "BaseException"} for argument in call.args
        ):
            yield call.lineno, "every fault is suppressed"


def core_is_silent(source: Source) -> Iterator[Fault]:
    """What the core has to say is returned."""
    for call, name in calls(source.tree):
        if name in {"print", "sys.stdout.write", "sys.stderr.write"}:
            yield call.lineno, f"{name} in the core"


def lambdas_are_sort_keys(source: Source) -> Iterator[Fault]:
    """A function worth keeping has a name; a lambda is only the key of a sort."""
    keys = {
        id(keyword.value)
        for call, _ in calls(source.tree)
        for keyword in call.keywords
        if keyword.arg == "key"
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Lambda) and id(node) not in keys:
            yield node.lineno, "a lambda that is not the key of a sort"


def model_classes_are_frozen(source: Source) -> Iterator[Fault]:
    """A noun of the ledger is a frozen dataclass with slots."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef) or any(
            dotted(base).endswith(NOT_VALUES) for base in node.bases
        ):
            continue
        if not any(_is_frozen(decorator, slots=True) for decorator in node.decorator_list):
            yield node.lineno, f"{node.name} is not @dataclass(frozen=True, slots=True)"


def dataclasses_are_frozen(source: Source) -> Iterator[Fault]:
    """A value does not change; only the private working state of a fold (`_Name`) may."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        for decorator in node.decorator_list:
            name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if name.endswith("dataclass") and not _is_frozen(decorator, slots=False):
                yield node.lineno, f"{node.name} can be changed after it is made"


def _is_frozen(decorator: ast.expr, *, slots: bool) -> bool:
    if not isinstance(decorator, ast.Call) or not dotted(decorator.func).endswith("dataclass"):
        return False
    said = {
        keyword.arg
        for keyword in decorator.keywords
        if isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    }
    return "frozen" in said and ("slots" in said or not slots)


def model_imports_the_standard_library(source: Source) -> Iterator[Fault]:
    """The nouns depend on nothing but Python."""
    for node in ast.walk(source.tree):
        for module in imported(node):
            if module.split(".")[0] not in sys.stdlib_module_names | {"ledger"}:
                yield getattr(node, "lineno", 1), f"the model imports {module}"


def modules_hold_no_state(source: Source) -> Iterator[Fault]:
    """Nothing that a module holds changes while the program runs."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)}"
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(
            statement.value, ast.List | ast.Dict | ast.Set
        ):
            for target in statement.targets:
                if isinstance(target, ast.Name) and not target.id.strip("_").isupper():
                    yield statement.lineno, f"{target.id} is state of the module"


_FROZEN = "from dataclasses import dataclass\n@dataclass(frozen=True, slots=True)\nclass Lot: ...\n"
_OPEN = "from dataclasses import dataclass\n@dataclass\nclass Lot: ...\n"

RULES = (
    Rule("module opens with a sentence", opens_with_a_sentence, EVERY,
         bad=("x = 1\n", '"""Lots"""\n'), good=('"""Entries enter, lots leave."""\n',)),
    Rule("function fits a page", functions_are_short, EVERY,
         bad=("def f():\n" + "    x = 1\n" * 70,), good=("def f():\n" + "    x = 1\n" * 69,)),
    Rule("module is short", modules_are_short, EVERY,
         bad=("x = 1\n" * 401,), good=("x = 1\n" * 400,)),
    Rule("noun is short", modules_are_short, ("ledger/model/*",), path="ledger/model/lot.py",
         bad=("x = 1\n" * 251,), good=("x = 1\n" * 250,)),
    Rule("file name says something", names_say_something, EVERY, path="ledger/utils.py",
         bad=("x = 1\n",)),
    Rule("nothing is left for later", nothing_is_left_for_later, EVERY,
         bad=("# TO" + "DO later\n", "raise Not" + "ImplementedError\n"),
         good=("# why the order matters\n",)),
    Rule("nothing is swallowed", nothing_is_swallowed, EVERY,
         bad=("try:\n    f()\nexcept ValueError:\n    pass\n",
              "import contextlib\nwith contextlib.suppress(Exception):\n    f()\n"),
         good=("try:\n    f()\nexcept ValueError:\n    x = None\n",)),
    Rule("core is silent", core_is_silent, CORE, bad=("print(1)\n",), good=("note(1)\n",)),
    Rule("lambda is a sort key", lambdas_are_sort_keys, CORE,
         bad=("f = lambda x: x\n",), good=("sorted(x, key=lambda lot: lot.id)\n",)),
    Rule("noun is frozen", model_classes_are_frozen, ("ledger/model/*",),
         ("ledger/model/errors.py",),
         path="ledger/model/lot.py", bad=(_OPEN, "class Lot: ...\n"),
         good=(_FROZEN, "class Unbalanced(ValueError): ...\n")),
    Rule("value is frozen", dataclasses_are_frozen, PACKAGES,
         bad=(_OPEN,), good=(_FROZEN, _OPEN.replace("Lot", "_Queue"))),
    Rule("model knows Python alone", model_imports_the_standard_library, ("ledger/model/*",),
         path="ledger/model/lot.py", bad=("import numpy\n", "from risk import model\n"),
         good=("from decimal import Decimal\nfrom ledger.model.asset import Asset\n",)),
    Rule("module holds no state", modules_hold_no_state, PACKAGES,
         bad=("seen = []\n", "def f():\n    global x\n    x = 1\n"), good=("KINDS = ['swap']\n",)),
)  # fmt: skip
