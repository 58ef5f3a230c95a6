"""Native value of a transaction: its answers go in, movements, credits and residuals come out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ledger.chains.evm.balances import PROTOCOL
from ledger.chains.evm.fees import Parts, burnt, is_paid_by_gas, total
from ledger.chains.evm.frames import (
    NativeMove,
    Step,
    address,
    differences,
    listed_moves,
    number,
    steps,
)
from ledger.chains.networks import Network
from ledger.model.activity import Log, Status

#: Arbitrum's deposit from the network below, and the retry of a ticket, credit their value to the
#: sender, who passes it on.
_ARBITRUM_CREDITS: Final = frozenset({0x64, 0x68})
#: Kinds of transactions that an account with a key signed: others credit by the network's rules.
_SIGNED: Final = frozenset({0x0, 0x1, 0x2, 0x3, 0x4, 0x78})
#: A transfer to an account without code; with more gas a contract may have moved value further.
_PLAIN_GAS: Final = 21_000
#: Gnosis `AddedReceiver(uint256,address,address)`: the block reward credits when the block ends.
_GNOSIS_CREDIT: Final = (
    100,
    "0x481c034c6d9441db23ea48de68bcae812c5d39ba",
    "0x3c798bbcf33115b42c728b8504cff11dd58736e9fa789f1cda2738db7d696b2a",
)
#: Polygon `Deposit(address,address,uint256,uint256,uint256)` of the native coin's contract.
_POLYGON_CREDIT: Final = (
    137,
    "0x0000000000000000000000000000000000001010",
    "0x4e2ca0515ed1aef1395f66b5303bb5d6f1bf9d61a353fa53f73f8ac9973fa9f6",
)
#: Chains that say in a log what the network credits.
_CREDITING: Final = frozenset({_GNOSIS_CREDIT[0], _POLYGON_CREDIT[0]})


class Natives(NamedTuple):
    """Movements of the native coin: `credits` come first, then `steps`, then `residuals`.

    A step that is None is the place of the next log; without any the places are not known. `proven`
    says that a trace or a state difference stands behind all of it, `checked` names accounts whose
    balances were compared.
    """

    steps: tuple[Step, ...]
    proven: bool
    credits: tuple[NativeMove, ...] = ()
    residuals: tuple[NativeMove, ...] = ()
    checked: frozenset[str] = frozenset()

    def moves(self) -> tuple[NativeMove, ...]:
        """Credits and steps, without the places of logs."""
        return (*self.credits, *[step for step in self.steps if step is not None])

    def is_proven(self, move: NativeMove) -> bool:
        """Whether balances or a trace confirm a movement."""
        return self.proven or move.sender in self.checked or move.recipient in self.checked


def native_moves(
    network: Network, answers: Mapping[str, Any], status: Status, logs: Sequence[Log]
) -> Natives:
    """What the best source at hand says: call frames, an explorer's list, the transaction."""
    transaction, receipt = answers["transaction"], answers["receipt"]
    calls, state = answers.get("calls"), answers.get("state_diff")
    credits_ = _credits(network, transaction, logs)
    if calls is not None:
        return Natives(tuple(steps(calls, len(logs))), proven=True, credits=credits_)
    if status == "failed":
        return Natives((), proven=True, credits=credits_)
    moves: list[Step] = []
    value = number(transaction.get("value") or "0x0")
    if value:
        recipient = address(transaction.get("to") or receipt["contractAddress"])
        moves.append(NativeMove(address(transaction["from"]), recipient, value))
    if answers.get("internal"):
        moves += listed_moves(answers["internal"])
    plain = number(receipt["gasUsed"]) == _PLAIN_GAS and not logs
    return Natives(tuple(moves), proven=state is not None or plain, credits=credits_)


def _credits(
    network: Network, transaction: Mapping[str, Any], logs: Sequence[Log]
) -> tuple[NativeMove, ...]:
    """Native value that the network credits by its rules, as far as the evidence says it."""
    found = []
    caller = address(transaction["from"])
    kind = number(transaction.get("type") or "0x0")
    stated = transaction.get("mint")
    if not stated and kind in _ARBITRUM_CREDITS:
        stated = transaction.get("value")
    if stated and number(stated):
        found.append(NativeMove(PROTOCOL, caller, number(stated)))
    for log in logs if network.chain_id in _CREDITING else ():
        place = (network.chain_id, log.address, log.topics[0] if log.topics else "")
        if place == _GNOSIS_CREDIT and len(log.topics) == 3 and len(log.data) == 66:
            found.append(_credit(log.topics[1], log.data))
        elif place == _POLYGON_CREDIT and len(log.topics) == 3 and len(log.data) >= 66:
            found.append(_credit(log.topics[2], log.data[:66]))
    return tuple([credit for credit in found if credit.quantity])


def _credit(topic: str, word: str) -> NativeMove:
    return NativeMove(PROTOCOL, "0x" + topic[26:], int(word, 16))


def settle(
    natives: Natives, network: Network, answers: Mapping[str, Any], parts: Parts, *, lacking: bool
) -> tuple[Natives, Parts, bool]:
    """Compare movements and fee with balances; what is left becomes residual movements.

    Balances are those of every account (`state_diff`), or of some (`native_balances`). A fee part
    that the receipt lacks is what the sender's balance shows. Gives the movements with residuals,
    the fee's parts, and whether they still lack one.
    """
    observed = _observed(answers)
    if observed is None:
        return natives, parts, lacking
    caller = address(answers["transaction"]["from"])
    every_account = answers.get("state_diff") is not None
    rest = defaultdict(int, observed)
    for sender, recipient, quantity, _ in natives.moves():
        rest[sender] += quantity
        rest[recipient] -= quantity
    rest[caller] += total(parts)
    for credit in natives.credits:
        if rest[credit.recipient] == -credit.quantity and credit.recipient != caller:
            rest[credit.recipient] = 0  # credited when the block ends, after this transaction
    known = every_account or caller in observed
    if lacking and known and rest[caller] < 0:
        parts = (*parts, ("l1", -rest[caller]))
        rest[caller] = 0
    _leave_out_fees(rest, network, answers, parts)
    rest.pop(PROTOCOL, None)
    seen = {
        account: left
        for account, left in sorted(rest.items())
        if left and (every_account or account in observed)
    }
    residuals = _residuals(seen, answers) if seen else ()
    settled = Natives(
        natives.steps, natives.proven, natives.credits, residuals, frozenset(observed)
    )
    return settled, parts, lacking and not known


def _residuals(left: Mapping[str, int], answers: Mapping[str, Any]) -> tuple[NativeMove, ...]:
    """What balances show beyond the movements that are known, and with whom.

    Without a trace they are calls that nobody saw, unless the network credits by the kind of the
    transaction. Where all accounts are known and one alone gave or took, it was that one. Of some
    accounts no more is known than that it was in the call of a contract, none of theirs.
    """
    transaction, other = answers["transaction"], PROTOCOL
    if answers.get("calls") is None and number(transaction.get("type") or "0x0") in _SIGNED:
        if answers.get("state_diff") is None:
            called = address(transaction.get("to") or answers["receipt"]["contractAddress"])
            known = {*(_observed(answers) or ()), *(answers.get("unproven") or ())}
            other = PROTOCOL if called in known else called
        elif not sum(left.values()):
            gave = [each for each, units in left.items() if units < 0]
            took = [each for each, units in left.items() if units > 0]
            one = gave if len(gave) == 1 else took
            other = one[0] if len(one) == 1 else PROTOCOL
            left = {each: units for each, units in left.items() if each != other}
    moves = []
    for account, units in left.items():
        party = other if other != account else PROTOCOL
        pair = (party, account) if units > 0 else (account, party)
        moves.append(NativeMove(*pair, abs(units)))
    return tuple(moves)


def _observed(answers: Mapping[str, Any]) -> dict[str, int] | None:
    """What balances rose by: of every account that changed, of some, or None without any."""
    if answers.get("state_diff") is not None:
        return differences(answers["state_diff"])
    rows = answers.get("native_balances")
    if not rows:
        return None
    return {address(row["owner"]): number(row["after"]) - number(row["before"]) for row in rows}


def _leave_out_fees(
    rest: defaultdict[str, int], network: Network, answers: Mapping[str, Any], parts: Parts
) -> None:
    """Fees arrive at the producer and the network's accounts: their income, and no transfer.

    What the producer was paid beside its gas comes in one with that where no frame tells them
    apart. So only as much as the gas gave is left out: it is booked once, with the block.
    """
    fee, block = total(parts), answers["block"]
    producer = str(block.get("miner") or "").lower()
    accounts = [producer, *sorted(network.fee_accounts)]
    if rest.get(producer, 0) > 0 and is_paid_by_gas(network, block):
        own = dict(parts).get("execution", 0) - burnt(block, answers["receipt"])
        if 0 < own <= rest[producer]:
            rest[producer] -= own
            fee -= own
            accounts.remove(producer)
    for account in accounts:
        if 0 < rest.get(account, 0) <= fee:
            fee -= rest.pop(account)
