"""The lots of one pool as a day put them into wallets come in; their text for the record leaves.

And back: what was frozen, as the setting that holds a year to it (Rev. Proc. 2024-28: the split is
made once, by a rule that was stated, and stays).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ledger.model.activity import iso
from ledger.model.evidence import canonical_json
from ledger.model.filing import ALLOCATION, FiledYear
from ledger.tax.history.events import Left
from ledger.tax.history.settings import Allocation


@dataclass(frozen=True, slots=True)
class FrozenAllocation:
    """An allocation as one person signed it; quantities in base units, costs in 10⁻¹⁸.

    `asked` is the method and settings by which the lots before `day` were used up, as JSON; `due`
    the last day of the return that was stated, None for that of the regime. `approved_by` is a
    second person, empty where there was none. `digest` is the seal.
    """

    regime: str
    day: date
    method: str
    wallets: tuple[str, ...]
    due: date | None
    sha256: str
    lots: tuple[Left, ...]
    asked: str
    by: str
    approved_by: str
    made_at: datetime
    digest: str

    def words(self, *, compared: bool) -> dict[str, object]:
        """It as the setting `allocation`; `compared` with the lots that it came to."""
        words: dict[str, object] = {
            "method": self.method,
            "wallets": list(self.wallets),
            "at": iso(self.made_at),
        }
        if self.due is not None:
            words["due"] = str(self.due)
        if compared:
            words["sha256"] = self.sha256
        return words


def regime_of(regime: str) -> str:
    """What the regime of an allocation is called in the record."""
    return regime + ALLOCATION


def body_of(
    day: date, said: Allocation, sha256: str, lots: Iterable[Left], approved_by: str = ""
) -> str:
    """An allocation as text, with every lot as it was placed, and who approved of it."""
    return canonical_json(
        {
            "day": str(day),
            "method": said.method,
            "wallets": list(said.wallets),
            "due": None if said.due is None else str(said.due),
            "sha256": sha256,
            "approved_by": approved_by,
            "lots": [_row(one) for one in lots],
        }
    ).decode()


def allocation_of(filed: FiledYear) -> FrozenAllocation:
    """The allocation of a statement in the record."""
    assert filed.is_allocation, "a year as filed is no allocation"
    said = json.loads(filed.body)
    return FrozenAllocation(
        filed.regime.removesuffix(ALLOCATION),
        date.fromisoformat(said["day"]),
        said["method"],
        tuple(said["wallets"]),
        None if said["due"] is None else date.fromisoformat(said["due"]),
        said["sha256"],
        tuple(_left(row) for row in said["lots"]),
        filed.asked,
        filed.by,
        said["approved_by"],
        filed.filed_at,
        filed.digest,
    )


def _row(left: Left) -> list[Any]:
    acquired = None if left.acquired is None else left.acquired.astimezone(UTC).isoformat()
    return [left.row, left.asset, left.wallet, acquired, left.quantity, left.cost]


def _left(row: Sequence[Any]) -> Left:
    name, asset, wallet, acquired, quantity, cost = row
    time = None if acquired is None else datetime.fromisoformat(acquired)
    return Left(name, asset, wallet, time, quantity, cost)
