"""Juicebox: payments with and without tokens, and tokens cashed out."""

from ledger.protocols import juicebox
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def paid(amount, count, beneficiary="w"):
    data = ["w", beneficiary, amount, count, 0, 0, "w"]
    return log(9, "terminal", juicebox.PAY, 1, 2, 3, data=data)


def read(text, *logs, called="terminal", caller="w"):
    return only(activity(text, logs=logs, called=called, caller=caller), PROTOCOLS)


def test_topics_are_the_hashes_of_their_signatures():
    ids = "uint256,uint256,uint256,address,address,uint256,uint256"
    assert hashes_to(f"Pay({ids},string,bytes,address)", juicebox.PAY)
    assert hashes_to("Pay(uint256,uint256,address,uint256,string,address)", juicebox.PAY_V1)
    assert hashes_to(f"RedeemTokens({ids},string,bytes,address)", juicebox.REDEEM_TOKENS)
    assert hashes_to(f"CashOutTokens({ids},uint256,bytes,address)", juicebox.CASH_OUT_TOKENS)


def test_a_payment_for_tokens_or_pieces_is_a_purchase():
    event = read("w > terminal 5 ETH; zero > w 50 JBX", paid(5, 50))
    assert (event.kind, event.protocol) == ("mint", "juicebox")
    assert read("w > terminal 5 ETH; zero > w 1 Banny#4", paid(5, 50)).kind == "mint"


def test_a_payment_for_nothing_or_for_somebody_else_is_a_gift():
    assert read("w > terminal 5 ETH", paid(5, 50)).kind == "donation"
    event = read("w > terminal 5 USDC; zero > x 50 JBX", paid(5, 50, "x"))
    assert (event.kind, event.protocol) == ("donation", "juicebox")


def test_a_contract_between_may_pay():
    event = read(
        "w > payer 5 ETH; payer > terminal 5 ETH; zero > w 50 JBX", paid(5, 50), called="payer"
    )
    assert event.kind == "mint"


def test_the_first_version_names_no_count():
    told = log(9, "terminal", juicebox.PAY_V1, 1, 2, "w", data=[5, 0, "w"])
    event = read("w > terminal 5 ETH; zero > w 50 JBX", told)
    assert (event.kind, event.protocol) == ("mint", "juicebox")


def test_tokens_cashed_out_are_sold():
    told = log(9, "terminal", juicebox.REDEEM_TOKENS, 1, 2, 3, data=["w", "w", 50, 4, 0, 0, "w"])
    event = read("w > zero 50 JBX; terminal > w 4 ETH", told)
    assert (event.kind, event.protocol) == ("swap", "juicebox")
    data = ["w", "w", 50, 10, 4, 0, "w"]
    told = log(9, "terminal", juicebox.CASH_OUT_TOKENS, 1, 2, 3, data=data)
    assert read("w > zero 50 JBX; terminal > w 4 ETH", told).protocol == "juicebox"


def test_only_what_was_issued_to_the_fund_came_for_the_payment():
    text = "w > terminal 5 ETH; zero > w 50 JBX; x > w 50 A; w > zero 50 B; zero > w 7 C"
    found = events_of(activity(text, logs=[paid(5, 50)], called="terminal"), PROTOCOLS)
    assert [len(one.legs) for one in found if one.protocol] == [2]
    text = "w > terminal 5 ETH; zero > w 50 JBX"
    found = events_of(activity(text, logs=[paid(5, 50, "x")], called="terminal"), PROTOCOLS)
    assert [one.kind for one in found if one.protocol] == ["donation"]


def test_only_what_the_terminal_paid_was_got_for_tokens():
    told = log(9, "terminal", juicebox.REDEEM_TOKENS, 1, 2, 3, data=["w", "w", 50, 4, 0, 0, "w"])
    text = "w > zero 50 JBX; terminal > w 4 ETH; x > w 3 A; w > terminal 2 B"
    found = events_of(activity(text, logs=[told], called="terminal"), PROTOCOLS)
    assert [len(one.legs) for one in found if one.protocol] == [2]
    assert read("w > zero 50 JBX", told).protocol is None
    assert read("terminal > w 4 ETH", told).protocol is None


def test_other_payments_are_not_claimed():
    event = read("w > terminal 6 ETH", paid(5, 50, "x"))
    assert (event.kind, event.protocol) == ("send", None)
    assert read("terminal > w 4 ETH", paid(5, 50), caller="x").kind == "receive"
