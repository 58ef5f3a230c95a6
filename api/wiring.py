"""Folders → registries: plug-ins are found by name here, and nowhere is there a list of them."""

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from ledger.books import Stated
from ledger.chains import evm
from ledger.model.asset import Asset, AssetId
from ledger.model.errors import BadInput
from ledger.model.evidence import Question, RawTransaction, StatementLine
from ledger.model.fund import Wallet
from ledger.transport import Node


@cache
def plug_ins(room: str) -> tuple[ModuleType, ...]:
    """The modules of a package that name themselves (`NAME`), in the order of their names."""
    package = importlib.import_module(room)
    found = [
        importlib.import_module(f"{room}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")
    ]
    return tuple(module for module in found if hasattr(module, "NAME"))


def plug_in(room: str, name: str) -> Any:  # noqa: ANN401 -- a plug-in is a module of its room's shape
    """The plug-in of a name; raises BadInput with the names there are."""
    for module in plug_ins(room):
        if name == module.NAME:
            return module
    known = ", ".join(module.NAME for module in plug_ins(room))
    raise BadInput(f"there is no {name!r} in {room.rpartition('.')[2]}; known: {known}")


@dataclass(frozen=True, slots=True)
class FoundReaders:
    """The readers of evidence that the folders hold."""

    venues: tuple[Any, ...]
    protocols: tuple[Any, ...]

    def read_transaction(self, raw: RawTransaction) -> Stated:
        """A transaction by the reader of its network's family."""
        assert raw.network.startswith("eip155:"), f"no chain reader for {raw.network}"
        activity, problems = evm.read(raw)
        seen = evm.grown_before(raw, activity)
        behind = evm.with_ahead(raw, activity)
        return Stated((behind,), observations=seen, problems=problems)

    def read_lines(
        self,
        lines: Sequence[StatementLine],
        wallets: Mapping[str, Wallet],
        assets: Mapping[AssetId, Asset],
    ) -> Stated:
        """Lines by the reader of their venue; a venue sees its own lines only."""
        parts = self._readings(lines, wallets, assets)
        return Stated(
            activities=tuple(activity for part in parts for activity in part.activities),
            wallets=tuple(wallet for part in parts for wallet in part.wallets),
            assets=tuple(asset for part in parts for asset in part.assets),
            problems=tuple(problem for part in parts for problem in part.problems),
        )

    def questions(
        self,
        lines: Sequence[StatementLine],
        wallets: Mapping[str, Wallet],
        assets: Mapping[AssetId, Asset],
    ) -> tuple[Question, ...]:
        """What the lines need a node to say: the decimals of the tokens that they name."""
        parts = self._readings(lines, wallets, assets)
        return tuple(sorted({question for part in parts for question in part.questions}))

    def _readings(
        self,
        lines: Sequence[StatementLine],
        wallets: Mapping[str, Wallet],
        assets: Mapping[AssetId, Asset],
    ) -> list[Any]:
        return [
            venue.read(own, wallets, assets)
            for venue in self.venues
            if (own := tuple(line for line in lines if line.venue == venue.NAME))
        ]


def fetch_position(node: Node, question: Question) -> Any:  # noqa: ANN401 -- any JSON value
    """What a node says of a position without a token, by its protocol; None where nobody can ask.

    The question's subject is `wallet id|asset id`, as of a balance.
    """
    named = question.subject.partition("/position:")[2].partition(":")[0]
    for module in plug_ins("ledger.protocols"):
        if named == module.NAME and hasattr(module, "fetch_position"):
            return module.fetch_position(node, question).value()
    return None


@cache
def readers() -> FoundReaders:
    """The readers of this installation."""
    return FoundReaders(plug_ins("ledger.venues"), plug_ins("ledger.protocols"))
