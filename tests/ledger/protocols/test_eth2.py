"""Deposits for validators, requests to them, and what they pay back."""

import json
from dataclasses import replace

import pytest

from ledger.books import Stated, keep_books
from ledger.classify import classify
from ledger.model.activity import SYSTEM_ADDRESS, Log
from ledger.model.asset import position as position_of
from ledger.model.fund import Policy
from ledger.nav.positions import positions
from ledger.protocols import eth2
from tests.ledger import moves, written
from tests.ledger.moves import activity, asset, events_of, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CONTRACT = eth2.CONTRACTS["eip155:1"][0]
GNOSIS, GNO = eth2.CONTRACTS["eip155:100"][:2]
GWEI = 10**9


ETHER, STAKE = 10**18, eth2.STAKE


def deposit(index, key, gwei, contract=CONTRACT, to="w", kind=1):
    """The log of a deposit: bytes at five offsets, the amount little-endian."""
    credentials = f"{kind:02x}" + "00" * 11 + moves.address(to)[2:] if kind else "00" * 32
    words = [160, 256, 320, 384, 512, 48]
    data = "".join(f"{word:064x}" for word in words) + key * 48 + "00" * 16
    data += f"{32:064x}" + credentials + f"{8:064x}"
    data += gwei.to_bytes(8, "little").hex() + "00" * 24 + f"{96:064x}" + "02" * 96
    data += f"{8:064x}" + "03" * 8 + "00" * 24
    return Log(index, contract, (eth2.DEPOSIT,), "0x" + data)


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("DepositEvent(bytes,bytes,bytes,bytes,bytes)", eth2.DEPOSIT)


def test_a_deposit_is_a_position_by_the_address_that_its_validator_pays_to():
    one = activity(f"w > {CONTRACT} {32 * GWEI} ETH", logs=[deposit(5, "ab", 32)], called=CONTRACT)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "eth2")
    position = event.legs[-1]
    assert (position.quantity, position.role) == (32 * GWEI, "position")
    assert position.asset.endswith(f":eth2:{moves.address('w')}")
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [fact.underlying for fact in facts] == [asset("ETH")]


def test_a_validator_that_pays_another_own_wallet_is_that_wallets():
    logs = [deposit(5, "ab", 32, to="w2"), deposit(6, "cd", 32, to="x")]
    one = activity(f"w > {CONTRACT} {64 * GWEI} ETH", logs=logs, called=CONTRACT)
    holders = [leg.wallet for leg in only(one, PROTOCOLS).legs if leg.role == "position"]
    assert [holder.rpartition(":")[2] for holder in holders] == [
        moves.address("w2"),
        moves.address("w"),
    ]


def test_deposits_in_a_batch_are_a_position_each_and_what_the_batch_costs_is_a_fee():
    logs = [deposit(5, "ab", 32), deposit(6, "cd", 32)]
    one = activity(f"w > batch {65 * GWEI} ETH", logs=logs, called="batch")
    event = only(one, PROTOCOLS)
    fees = [quantity for quantity, _, role in said(event) if role == "fee"]
    assert fees == [-1 * GWEI]
    assert sum(leg.quantity for leg in event.legs if leg.role == "position") == 64 * GWEI


def test_a_pool_that_deposits_on_its_own_account_is_none_of_the_funds():
    one = activity(
        f"w > pool {32 * GWEI} ETH; zero > w 30 share", logs=[deposit(5, "ab", 32)], called="pool"
    )
    assert {event.protocol for event in events_of(one, PROTOCOLS)} == {None}
    other = activity(
        f"w > x {32 * GWEI} ETH", logs=[deposit(5, "ab", 32, contract="0x" + "9" * 40)]
    )
    assert only(other, PROTOCOLS).kind == "send"


def test_gnosis_takes_a_token_of_which_one_is_a_whole_validator():
    one = activity(
        f"w > {GNOSIS} {GWEI} {GNO}",
        logs=[deposit(5, "ab", 32, contract=GNOSIS)],
        network="eip155:100",
    )
    event = only(one, PROTOCOLS, wallets(network="eip155:100"))
    assert (event.kind, event.legs[-1].quantity) == ("stake", GWEI)


def test_a_request_to_leave_costs_a_fee():
    for contract in eth2.REQUESTS:
        event = only(activity(f"w > {contract} 1 ETH", called=contract), PROTOCOLS)
        assert (event.kind, event.protocol) == ("service_fee", "eth2")


# ---- what comes back -----------------------------------------------------------------------------


def staked(number, count=1, wallet="w", gwei=32 * 10**9, **said):
    """Transaction `number`: so many validators are paid for in full."""
    logs = [deposit(place, "ab", gwei, **said) for place in range(count)]
    data = [(log.index, log.address, eth2.DEPOSIT, (), log.data) for log in logs]
    text = f"{wallet} > {CONTRACT} {count * gwei * GWEI} ETH"
    return number, text, data, {"called": CONTRACT, "caller": wallet, "fee": 0}


def block(number, *amounts, to="w", fees=0):
    """A block that pays a wallet: withdrawals in wei, and what gas paid."""
    rows = [f"{SYSTEM_ADDRESS} > {to} {amount} ETH" for amount in amounts]
    rows += [f"protocol > {to} {fees} ETH"] * bool(fees)
    who = {"caller": SYSTEM_ADDRESS, "called": SYSTEM_ADDRESS, "fee": 0}
    return number, ";".join(rows), (), who


class Plain(written.Written):
    """Reads logs whose data is given as it stands."""

    def read_transaction(self, raw):
        told = json.loads(raw.body)
        logs = [Log(index, emitter, (topic,) * bool(topic), data)
                for index, emitter, topic, _, data in told.pop("logs")]  # fmt: skip
        one = moves.activity(told.pop("text"), logs=logs, **told)
        return Stated((replace(one, evidence=(raw.id,)),))


def books(*told):
    """The books of a fund that bought a thousand ether at 2,000 first."""
    bought = written.transaction(1, f"w > shop {10**9} X; shop > w {1000 * ETHER} ETH", fee=0)
    moved = written.transaction(2, f"w > w2 {300 * ETHER} ETH", fee=0)
    raws = [written.transaction(n + 2, text, logs, **more) for n, text, logs, more in told]
    history = written.history(bought, moved, *raws, prices={"ETH": 2000})
    return keep_books(history, Policy(), Plain())


def staking(kept):
    """Units of positions, with those that are gone left out."""
    return {
        one.asset.partition("eth2:")[2].replace(moves.address("w"), "w"): one.quantity
        for one in positions(kept.entries)
        if "/position:eth2:" in one.asset and one.quantity
    }


def kinds(kept):
    return [one.kind for one in kept.entries][2:]


def income(kept, name="staking"):
    """Units of an account of income or expense."""
    return sum(
        posting.quantity
        for entry in kept.entries
        for posting in entry.postings
        if posting.account.name == name
    )


def faults(kept):
    return {problem.code for problem in kept.problems if problem.source.startswith("eip155")}


def test_what_is_skimmed_is_income_and_leaves_the_stake():
    kept = books(staked(1), block(2, 17 * 10**15), block(3, 18 * 10**15))
    assert kinds(kept) == ["stake", "reward", "reward"]
    assert income(kept) == -35 * 10**15
    assert staking(kept) == {"w": STAKE}


def test_a_validator_that_left_closes_its_position_and_what_is_beyond_was_earned():
    kept = books(staked(1), block(2, STAKE + 5 * 10**15))
    assert kinds(kept) == ["stake", "unstake"]
    assert staking(kept) == {}
    assert income(kept, "reward") == -5 * 10**15
    assert not {"unmatched_transfer", "negative_balance"} & faults(kept)


def test_what_a_validator_lost_is_a_penalty():
    kept = books(staked(1), block(2, STAKE - 10**18))
    assert staking(kept) == {}
    assert income(kept, "penalty") == 10**18
    assert income(kept) == 0


def test_one_of_several_validators_leaves_the_others_staked():
    kept = books(staked(1, 3), block(2, STAKE, 10**16, STAKE + 1), block(3, STAKE))
    assert staking(books(staked(1, 3), block(2, STAKE, 10**16, STAKE + 1))) == {"w": STAKE}
    assert staking(kept) == {}
    assert (income(kept), income(kept, "reward")) == (-(10**16), -1)


def test_a_validator_that_nobody_knows_is_a_problem_and_no_income():
    for amount in (STAKE, 17 * 10**15):
        kept = books(block(1, amount))
        assert kinds(kept) == ["unstake"]
        assert staking(kept) == {}
        assert income(kept) == 0
        assert "unmatched_transfer" in faults(kept)


def test_more_leaves_than_is_known_to_be_staked_never_below_nothing():
    kept = books(staked(1), block(2, STAKE), block(3, STAKE))
    assert staking(kept) == {}
    assert "unmatched_transfer" in faults(kept)
    assert income(kept) == 0


def test_validators_of_another_wallet_are_not_closed():
    kept = books(staked(1, to="w2"), block(2, STAKE))
    assert list(staking(kept).values()) == [STAKE]
    assert "unmatched_transfer" in faults(kept)


def test_credentials_without_an_address_are_of_who_paid():
    kept = books(staked(1, 2, kind=0), block(2, 10**16), block(3, STAKE, to="w2"))
    assert staking(kept) == {"bls": STAKE}
    assert income(kept) == -(10**16)
    both = books(staked(1, kind=0), staked(2, kind=0, wallet="w2"), block(3, STAKE, to="bot"))
    assert sorted(staking(both).values()) == [STAKE]  # two wallets of one asset
    assert "unmatched_transfer" in faults(both)


def test_what_compounds_comes_back_as_stake_first():
    kept = books(staked(1, kind=2, gwei=2000 * 10**9 // 10), block(2, 10**18))
    assert staking(kept) == {"compounding.w": 199 * ETHER}
    gone = books(staked(1, kind=2, gwei=200 * 10**9), block(2, 10**18), block(3, 201 * ETHER))
    assert staking(gone) == {}
    assert income(gone, "reward") == -2 * ETHER


def test_what_may_be_stake_or_earnings_is_a_problem():
    for amount in (10**16, STAKE):
        kept = books(staked(1), staked(2, kind=2, gwei=64 * 10**9), block(3, amount))
        assert staking(kept) == {"w": STAKE, "compounding.w": 2 * STAKE}
        assert (income(kept), "unmatched_transfer" in faults(kept)) == (0, True)


def merge(number, who="w"):
    """A request to merge two validators, which costs a wei."""
    data = moves.address(who) + "ab" * 48 + "cd" * 48
    text = f"w > {eth2.MERGE} 1 ETH"
    return number, text, [(5, eth2.MERGE, "", (), data)], {"called": eth2.MERGE, "fee": 0}


def test_a_validator_that_is_merged_compounds_with_its_cost():
    kept = books(staked(1, 2), merge(2))
    assert staking(kept) == {"w": STAKE, "compounding.w": STAKE}
    both = books(staked(1, 2), merge(2), merge(3), block(4, 2 * STAKE + 7))
    assert staking(both) == {}
    assert income(both, "reward") == -7
    assert staking(books(staked(1), merge(2), merge(3))) == {"compounding.w": STAKE}


def test_what_a_stranger_asks_of_validators_moves_nothing():
    assert staking(books(staked(1), merge(2, who="x"))) == {"w": STAKE}


def test_what_gas_paid_the_producer_is_income_from_staking():
    kept = books(staked(1), block(2, fees=10**15))
    assert kinds(kept) == ["stake", "reward"]
    assert income(kept) == -(10**15)


def test_nobody_but_the_network_pays_stake_back():
    """A stranger may call the system's address; from there he cannot send."""
    one = activity(f"x > w {STAKE} ETH", caller="x", called=SYSTEM_ADDRESS)
    held = {(next(iter(wallets("w"))), position_of(moves.NETWORK, "eth2", moves.address("w"))): 1}
    assert only(one, PROTOCOLS, held=held).kind == "receive"


@pytest.mark.parametrize(
    ("amount", "left", "kind"),
    [
        (10**18 // 4, 2, "reward"),
        (10**18, 1, "unstake"),
        (10**18 + 1, 2, "unstake"),
        (2 * 10**18 + 5, 0, "unstake"),
    ],
)  # fmt: skip
def test_gnosis_pays_out_what_was_gathered_for_an_address(amount, left, kind):
    network, whole = "eip155:100", 10**18
    wallet = next(iter(wallets("w", network=network)))
    kept = position_of(network, "eth2", moves.address("w"))
    one = activity(f"{GNOSIS} > w {amount} {GNO}", caller="x", network=network)
    event = only(
        one, PROTOCOLS, wallets("w", network=network), held={(wallet, kept): 2 * whole},
        trusted=[asset(GNO, network)],
    )  # fmt: skip
    assert event.kind == kind
    gone = sum(leg.quantity for leg in event.legs if leg.role == "position")
    assert gone == (left - 2) * whole
