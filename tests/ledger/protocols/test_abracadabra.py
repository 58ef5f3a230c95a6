"""Abracadabra: collateral in a box is a position, MIM that was drawn a debt with its fee."""

import pytest

from ledger.model.asset import debt, position
from ledger.protocols import abracadabra as mim
from tests.ledger.chains.evm.bodies import ALICE
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.debtors import asked, call, selector_of, words
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "abracadabra", f"{address('cauldron')}.collateral")
OWED = debt(NETWORK, "abracadabra", address("cauldron"))
BOXED = position(NETWORK, "bentobox", f"{address('box')}.{address('U')}")


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LogAddCollateral(address,address,uint256)": mim.ADD,
        "LogRemoveCollateral(address,address,uint256)": mim.REMOVE,
        "LogBorrow(address,address,uint256,uint256)": mim.BORROW,
        "LogRepay(address,address,uint256,uint256)": mim.REPAY,
        "LogDeposit(address,address,address,uint256,uint256)": mim.BOX_DEPOSIT,
        "LogWithdraw(address,address,address,uint256,uint256)": mim.BOX_WITHDRAW,
        "LogTransfer(address,address,address,uint256)": mim.BOX_TRANSFER,
    }.items():
        assert hashes_to(signature, topic)


def box(topic, token, sender, recipient, *data, index=2):
    return log(index, "box", topic, token, sender, recipient, data=data)


def cauldron(topic, sender, recipient, *data, index=5):
    return log(index, "cauldron", topic, sender, recipient, data=data)


def told(text, *logs, held=None, **more):
    held = {(WALLET, kept): units for kept, units in (held or {}).items()}
    one = activity(text, logs=logs, **{"called": "cauldron", **more})
    events = events_of(one, PROTOCOLS, held=held)
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


ADDED = (
    box(mim.BOX_DEPOSIT, "U", "w", "cauldron", 100, 90),
    cauldron(mim.ADD, "box", "w", 90),
)
LENT = (
    box(mim.BOX_TRANSFER, "MIM", "cauldron", "w", 40, index=6),
    box(mim.BOX_WITHDRAW, "MIM", "w", "w", 40, 40, index=7),
    cauldron(mim.BORROW, "w", "w", 42, 41, index=8),
)


def test_collateral_is_counted_in_units_of_the_token():
    legs = sorted([(-100, asset("U"), "plain"), (100, KEPT, "position")])
    assert told("w > box 100 U", *ADDED) == {"lend_deposit": ("abracadabra", legs)}


def test_mim_that_was_drawn_is_owed_with_its_fee():
    found = told("w > box 100 U; box > w 40 MIM", *ADDED, *LENT)
    legs = sorted([(40, asset("MIM"), "plain"), (40, OWED, "debt"), (2, OWED, "interest")])
    assert sorted(found["borrow"][1]) == legs
    assert found["lend_deposit"][0] == "abracadabra"


def test_what_is_repaid_clears_the_debt_and_what_grew_is_interest():
    logs = (
        box(mim.BOX_DEPOSIT, "MIM", "w", "cauldron", 45, 45),
        cauldron(mim.REPAY, "box", "w", 45, 41),
    )
    legs = sorted([(-45, asset("MIM"), "plain"), (-45, OWED, "debt"), (3, OWED, "interest")])
    assert told("w > box 45 MIM", *logs, held={OWED: 42}) == {"repay": ("abracadabra", legs)}


def test_collateral_comes_back_with_what_it_earned_in_the_box():
    logs = (
        cauldron(mim.REMOVE, "w", "w", 90),
        box(mim.BOX_TRANSFER, "U", "cauldron", "w", 90, index=6),
        box(mim.BOX_WITHDRAW, "U", "w", "w", 103, 90, index=7),
    )
    _, legs = told("box > w 103 U", *logs, held={KEPT: 100})["lend_withdraw"]
    assert sorted((units, role) for units, _, role in legs) == [
        (-100, "position"),
        (3, "interest"),
        (100, "plain"),
    ]


def test_collateral_that_was_bought_with_the_loan_is_debt_against_it():
    logs = (
        box(mim.BOX_TRANSFER, "MIM", "cauldron", "swapper", 40, index=2),
        box(mim.BOX_WITHDRAW, "MIM", "swapper", "swapper", 40, 40, index=3),
        cauldron(mim.BORROW, "w", "swapper", 40, 41, index=4),
        box(mim.BOX_DEPOSIT, "U", "swapper", "cauldron", 80, 80, index=5),
        cauldron(mim.ADD, "box", "w", 80, index=6),
        box(mim.BOX_DEPOSIT, "U", "w", "cauldron", 100, 90, index=7),
        cauldron(mim.ADD, "box", "w", 90, index=8),
    )
    found = told("w > box 100 U", *logs)
    assert found["lend_deposit"][1] == sorted(
        [(-100, asset("U"), "plain"), (100, KEPT, "position")]
    )
    assert sorted(found["borrow"][1]) == sorted([(40, OWED, "debt"), (80, KEPT, "position")])


def test_a_liquidation_takes_collateral_and_clears_debt_that_the_books_know():
    logs = (
        cauldron(mim.REMOVE, "w", "liquidator", 60),
        cauldron(mim.REPAY, "liquidator", "w", 50, 49, index=6),
    )
    found = told("", *logs, held={KEPT: 100, OWED: 52}, caller="liquidator")
    legs = sorted([(-60, KEPT, "position"), (-50, OWED, "debt")])
    assert sorted(found["liquidation"][1]) == legs
    for held in ({KEPT: 100}, {OWED: 52}, {}):
        assert "liquidation" not in told("", *logs, held=held, caller="liquidator")


def test_what_is_put_into_a_box_alone_stays_the_funds():
    put = told("w > box 100 U", box(mim.BOX_DEPOSIT, "U", "w", "w", 100, 90), called="box")
    legs = sorted([(-100, asset("U"), "plain"), (100, BOXED, "position")])
    assert put == {"vault_deposit": ("bentobox", legs)}
    out = box(mim.BOX_WITHDRAW, "U", "w", "w", 100, 90)
    back = told("box > w 100 U", out, held={BOXED: 100}, called="box")
    assert back["vault_withdraw"][0] == "bentobox"


def test_collateral_may_come_out_of_the_box():
    logs = (
        box(mim.BOX_TRANSFER, "U", "w", "cauldron", 70),
        cauldron(mim.ADD, "w", "w", 70),
        *LENT,
    )
    found = told("box > w 40 MIM", *logs, held={BOXED: 100})
    assert set(found) >= {"borrow"}


@pytest.mark.parametrize("owner", ["x", "zero"])
def test_cauldrons_of_others_say_nothing(owner):
    logs = (ADDED[0], cauldron(mim.ADD, "box", owner, 90))
    assert set(told("w > box 100 U", *logs)) == {"send"}


def test_without_a_box_a_cauldron_says_nothing():
    assert set(told("w > box 100 U", ADDED[1])) == {"send"}


LENT_BY = "0x" + "ca" * 20


def of_cauldron(part=10**20, elastic=3 * 10**21 + 1, base=2 * 10**21, accrued=(900, 0, 10**12)):
    return {
        call(LENT_BY, mim.USER_BORROW_PART, ALICE): words(part),
        call(LENT_BY, mim.TOTAL_BORROW): words(elastic, base),
        call(LENT_BY, mim.ACCRUE_INFO): words(*accrued),
    }


def test_calls_are_those_of_their_signatures():
    assert selector_of("userBorrowPart(address)") == mim.USER_BORROW_PART
    assert selector_of("totalBorrow()") == mim.TOTAL_BORROW
    assert selector_of("accrueInfo()") == mim.ACCRUE_INFO


def test_a_loan_is_its_part_of_all_that_is_borrowed_with_interest_to_the_block():
    # 100 seconds at 10⁻⁶ a second make 3,000.3 of 3,000; a twentieth of it is owed, rounded up
    value, _ = asked(mim, of_cauldron(), LENT_BY)
    assert value == {"quantity": "150015000000000000001"}


def test_a_cauldron_that_states_no_rate_says_what_it_counted_last():
    assert asked(mim, of_cauldron(accrued=(900, 0)), LENT_BY)[0] == {
        "quantity": "150000000000000000001"
    }


def test_a_cauldron_of_which_nothing_is_borrowed_is_owed_nothing():
    assert asked(mim, of_cauldron(0, 0, 0), LENT_BY)[0] == {"quantity": "0"}
    assert asked(mim, {}, LENT_BY)[0] is None
