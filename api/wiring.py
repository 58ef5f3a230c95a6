"""Folders → registries: the plug-ins that are found become the readers of evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.plug_ins import plug_ins
from ledger.books import Stated
from ledger.chains import evm
from ledger.model.asset import Asset, AssetId, is_debt
from ledger.model.evidence import Question, RawTransaction, StatementLine
from ledger.model.fund import Wallet
from ledger.transport import Node


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
    """What a node says of a position or debt without a token, by its protocol.

    None where nobody can ask. The question's subject is `wallet id|asset id`, as of a balance.
    """
    asset = AssetId(question.subject.partition("|")[2])
    part, hook = ("debt", "fetch_debt") if is_debt(asset) else ("position", "fetch_position")
    named = asset.partition(f"/{part}:")[2].partition(":")[0]
    for module in plug_ins("ledger.protocols"):
        if named == module.NAME and hasattr(module, hook):
            return getattr(module, hook)(node, question).value()
    return None


@cache
def readers() -> FoundReaders:
    """The readers of this installation."""
    return FoundReaders(plug_ins("ledger.venues"), plug_ins("ledger.protocols"))
