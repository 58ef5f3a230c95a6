"""ERC-4337: operations that accounts pay in coin, or their paymasters in tokens; deposits."""

from ledger.chains.evm.codec import has_checksum
from ledger.classify import after
from ledger.model.activity import ENTRY_POINTS, USER_OPERATION
from ledger.protocols import erc4337
from tests.ledger.moves import activity, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ENTRY = min(ENTRY_POINTS)
#: As their releases write them: a wrong letter does not fit the checksum of EIP-55.
PUBLISHED = (
    "0x5FF137D4b0FDCD49DcA30c7CF57E578a026d2789",
    "0x0000000071727De22E5E9d8BAf0edAc6f37da032",
    "0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108",
    "0x433709009B8330FDa32311DF1C2AFA402eD8D009",
)


def test_entry_points_are_those_of_the_releases():
    assert all(has_checksum(each) for each in PUBLISHED)
    assert {each.lower() for each in PUBLISHED} == ENTRY_POINTS


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposited(address,uint256)", erc4337.DEPOSITED)
    assert hashes_to("Withdrawn(address,address,uint256)", erc4337.WITHDRAWN)


def operation(sender="safe", paymaster="zero", cost=7):
    return log(9, ENTRY, USER_OPERATION, 1, sender, paymaster, data=[0, 1, cost, 5])


def run(text, *logs, **known):
    one = activity(text, logs=logs, caller="bundler", called=ENTRY)
    return events_of(one, PROTOCOLS, **known)


def roles(event):
    return sorted((units, role) for units, _, role in said(event))


def test_what_an_operation_cost_is_a_fee_and_the_rest_a_deposit():
    (event,) = run(f"safe > {ENTRY} 10 ETH", operation())
    assert (event.kind, event.protocol) == ("stake", "erc4337")
    assert roles(event) == [(-7, "fee"), (-3, "plain"), (3, "position")]
    held = after([event], {})
    (second,) = run(f"safe > {ENTRY} 5 ETH", operation(), held=held)
    assert (second.kind, roles(second)) == ("service_fee", [(-5, "plain"), (-2, "position")])
    (third,) = run("", operation(), held=after([second], held))
    assert (third.kind, roles(third)) == ("service_fee", [(-1, "position")])


def test_an_operation_without_a_known_deposit_costs_what_was_paid():
    (event,) = run(f"safe > {ENTRY} 5 ETH", operation())
    assert (event.kind, roles(event)) == ("service_fee", [(-5, "plain")])
    (quiet,) = run("", operation())
    assert quiet.kind == "no_effect"


def test_what_the_operation_did_stands_beside_its_cost():
    fee, trade = run(f"safe > {ENTRY} 7 ETH; safe > pool 5 U; pool > safe 4 V", operation())
    assert (fee.kind, trade.kind) == ("service_fee", "swap")


def test_only_coin_that_the_account_paid_the_entry_point_is_the_cost():
    text = f"""safe > {ENTRY} 2 U; w > {ENTRY} 3 ETH; safe > x 4 ETH; {ENTRY} > safe 1 ETH
    safe > {ENTRY} 7 ETH"""
    (fee,) = (found for found in run(text, operation()) if found.protocol)
    assert roles(fee) == [(-7, "plain")]


def test_only_tokens_between_account_and_paymaster_are_its_price():
    text = "safe > payer 9 U; w > payer 8 U; safe > x 7 U; safe > payer 1 Cat#2"
    (fee,) = (found for found in run(text, operation(paymaster="payer")) if found.protocol)
    assert roles(fee) == [(-9, "plain")]
    (sent,) = run("safe > x 7 U", operation(paymaster="payer"))
    assert sent.kind == "send"


def test_a_paymaster_takes_tokens_and_gives_some_back():
    told = operation(paymaster="payer")
    (event,) = run("safe > payer 9 U; payer > safe 2 U", told)
    assert (event.kind, event.protocol) == ("service_fee", "erc4337")
    assert roles(event) == [(-9, "plain"), (2, "refund")]
    (gift,) = run("payer > safe 2 U", told)
    assert gift.kind == "receive"


def test_operations_of_others_claim_nothing():
    (event,) = run(f"safe > {ENTRY} 7 ETH", operation(sender="x"))
    assert event.kind == "send"


def test_deposits_beside_operations_go_in_and_come_out():
    deposited = log(2, ENTRY, erc4337.DEPOSITED, "w", data=[9])
    into = only(activity(f"w > {ENTRY} 9 ETH", logs=[deposited], called=ENTRY), PROTOCOLS)
    assert (into.kind, into.protocol) == ("stake", "erc4337")
    withdrawn = log(2, ENTRY, erc4337.WITHDRAWN, "w", data=["w", 9])
    held = after([into], {})
    one = activity(f"{ENTRY} > w 9 ETH", logs=[withdrawn], called=ENTRY)
    assert roles(only(one, PROTOCOLS, held=held)) == [(-9, "position"), (9, "plain")]


def test_deposits_are_coin_given_to_the_entry_point_for_an_own_account():
    text = f"w > {ENTRY} 2 U; w > x 3 ETH; {ENTRY} > w 1 ETH; w > {ENTRY} 9 ETH"
    deposited = log(2, ENTRY, erc4337.DEPOSITED, "w", data=[9])
    one = activity(text, logs=[deposited], called=ENTRY)
    (into,) = (found for found in events_of(one, PROTOCOLS) if found.protocol)
    assert roles(into) == [(-9, "plain"), (9, "position")]
    strange = log(2, ENTRY, erc4337.DEPOSITED, "x", data=[9])
    one = activity(f"w > {ENTRY} 9 ETH", logs=[strange], called=ENTRY)
    assert only(one, PROTOCOLS).kind == "send"


def test_withdrawals_are_of_an_own_account_from_an_entry_point():
    for place, recipient in (("other", "w"), (ENTRY, "x")):
        withdrawn = log(2, place, erc4337.WITHDRAWN, "w", data=[recipient, 9])
        one = activity(f"{place} > w 9 ETH", logs=[withdrawn], called=ENTRY)
        assert only(one, PROTOCOLS).protocol is None


def test_other_contracts_that_log_alike_are_no_entry_points():
    deposited = log(2, "other", erc4337.DEPOSITED, "w", data=[9])
    one = activity("w > other 9 ETH", logs=[deposited], called=ENTRY)
    assert only(one, PROTOCOLS).kind == "send"


def test_an_operation_takes_all_of_a_deposit_out():
    (event,) = run(f"safe > {ENTRY} 10 ETH", operation())
    held = after([event], {})
    gone = log(8, ENTRY, erc4337.WITHDRAWN, "safe", data=["safe", 3])
    found = run(f"{ENTRY} > safe 3 ETH", gone, operation(cost=0), held=held)
    assert [one.kind for one in found if one.protocol] == ["unstake"]
    assert list(after(found, held).values()) == [0]
