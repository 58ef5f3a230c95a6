"""What a stranger logs in the fund's own transaction changes nothing of what it is."""

from dataclasses import replace

import pytest

from ledger.model.activity import Log
from ledger.model.asset import position
from ledger.protocols import (
    _concentrated,
    _gmx_vault,
    aave_v2,
    aave_v3,
    balancer,
    cctp,
    compound_v2,
    curve_dao,
    donations,
    erc4626,
    fluid,
    hop,
    liquity_v2,
    makerdao,
    morpho_blue,
    octant,
    opyn,
    pendle,
    safe,
    staking_rewards,
    uniswap_v3,
    vesting,
)
from ledger.protocols._pendle_router import ROUTER
from ledger.protocols._stakes import KEPT
from tests.ledger.moves import NETWORK, activity, address, events_of, log, word
from tests.ledger.protocols.registry import PROTOCOLS

#: A number of units that is the wallet's address as well: wherever a log is asked for a user or for
#: an amount, it answers what the attacker wants.
SIZE = int(address("w"), 16)
WORDS = 6

#: What moved → what it is, whatever anybody logs beside it.
TRADES = {
    "tokens": f"w > router {SIZE} U; router > pool {SIZE} U; pool > w {SIZE} R",
    "straight": f"w > pool {SIZE} U; pool > w {SIZE} R",
    "coin": f"w > router {SIZE} ETH; router > pool {SIZE} ETH; pool > w {SIZE} R",
    "coin out": f"w > pool {SIZE} U; router > w {SIZE} ETH",
    "minted": f"w > pool {SIZE} U; zero > w {SIZE} R",
}
TOPICS = sorted({sign for each in PROTOCOLS for sign in each.SIGNS if len(sign) == 66})


def forged(topic, emitter="evil"):
    """Logs of a topic that name the wallet and its units everywhere but at one place."""
    said: list[Log] = []
    for indexed in range(4):
        for place in range(-1, indexed + WORDS):
            for token in ("U", "R") if place >= 0 else ("w",):
                values = ["w"] * (indexed + WORDS)
                values[place] = token
                words = [word(value) for value in values]
                topics = (topic, *("0x" + each for each in words[:indexed]))
                data = "0x" + "".join(words[indexed:])
                said.append(Log(len(said) + 10, address(emitter), topics, data))
    return said


def kinds(text, logs):
    return [event.kind for event in events_of(activity(text, logs=logs), PROTOCOLS)]


def changed(text, emitter, *wanted):
    """Topics with which somebody's logs make something else of what moved."""
    found = {topic: kinds(text, forged(topic, emitter)) for topic in TOPICS}
    return {topic: each for topic, each in found.items() if each not in [[kind] for kind in wanted]}


#: What moved, and who logs beside it: a stranger, or the token that was bought.
PAIRS = [(moved, "evil") for moved in TRADES] + [("straight", "R"), ("coin", "R")]
FEW = [("tokens", "evil"), ("straight", "R")]


@pytest.mark.parametrize(("moved", "emitter"), FEW)
def test_a_trade_stays_a_trade(moved, emitter):
    assert changed(TRADES[moved], emitter, "swap") == {}


@pytest.mark.torture
@pytest.mark.parametrize(("moved", "emitter"), [pair for pair in PAIRS if pair not in FEW])
def test_a_trade_of_any_form_stays_a_trade(moved, emitter):
    assert changed(TRADES[moved], emitter, "swap") == {}


@pytest.mark.torture
def test_a_token_that_was_made_for_the_fund_may_call_itself_a_share_and_nothing_else():
    assert changed(TRADES["minted"], "R", "swap", "vault_deposit", "vault_withdraw") == {}


def test_a_deposit_stays_a_deposit():
    text = f"w > V {SIZE} U; zero > w {SIZE} V"
    assert changed(text, "evil", "vault_deposit") == {}


def told(topic, *indexed, data=(), emitter="evil"):
    return log(9, emitter, topic, *indexed, data=data)


#: What each says of the swap of 100 U for 7 R below, where its contract were the one it claims.
FORGED = {
    "compound_v2 mint": told(compound_v2.MINT, data=["w", 100, 7]),
    "compound_v2 borrow": told(compound_v2.BORROW, data=["w", 7, 7, 7]),
    "compound_v2 reward": told(compound_v2.SUPPLIER_COMP, "c", "w", data=[7, 0]),
    "vesting escrow": told(vesting.ESCROW_CREATED, "w", "U", "x", data=["pool", 100, 1, 2, 0, 1]),
    "vesting payer": told(vesting.LLAMA_DEPOSIT, "w", data=[100]),
    "vesting paid": told(vesting.RELEASED, "R", data=[7]),
    "donation": told(donations.DONATION_MADE, "pool", "U", data=[100]),
    "grant": told(donations.PAYOUT_CLAIMED, data=["w", 7]),
    "curve_dao claim": told(curve_dao.CLAIMED, "w", data=[7, 1, 2]),
    "curve_dao lock": told(curve_dao.LOCKED, "w", 5, data=[100, 1, 2]),
    "curve_dao mint": told(curve_dao.MINTED, "w", data=["g", 7]),
    "safe lock": told(safe.LOCKED, "w", data=[100]),
    "octant lock": told(octant.LOCKED, data=[0, 100, 1, "w"]),
    "octant reward": told(octant.WITHDRAWN, data=["w", 7, 1]),
    "aave liquidation": told(aave_v3.LIQUIDATION_CALL, "U", "R", "w", data=[7, 100, "x", 0]),
    "option": told(opyn.COLLATERAL_DEPOSITED, "U", "w", "w", data=[1, 100]),
    "gmx margin": told(_gmx_vault.INCREASE_POSITION, data=[1, "w", "U", *([9] * 6)]),
    "gmx close": told(_gmx_vault.DECREASE_POSITION, data=[1, "w", "R", *([9] * 6)]),
    "trove": told(liquity_v2.TROVE_OPERATION, 7, data=[0, 1, 0, 0, 7, 0, 100]),
    "vault": told(fluid.OPERATE, data=["w", 7, 100, 7, "w"]),
    "hop": told(hop.SENT, 1, 10, "w", data=[100, 0, 0, 0, 0, 0]),
    "cctp": told(cctp.BURNT, 1, "U", "w", data=[100, "w", 2]),
    "erc4626 withdraw": told(erc4626.WITHDRAW, "w", "w", "w", data=[7, 5]),
    "erc4626 deposit": told(erc4626.DEPOSIT, "w", "w", data=[100, 5]),
    "flash, aave": told(aave_v2.FLASH_LOAN, "w", "w", "R", data=[7, 0, 0]),
    "flash, morpho": told(morpho_blue.FLASH_LOAN, "w", "R", data=[7]),
    "flash, maker": told(makerdao.FLASH_LOAN, "w", data=["R", 7, 0]),
    "flash, uniswap": told(uniswap_v3.FLASH, "w", "w", data=[7, 0, 0, 0]),
}


@pytest.mark.parametrize("said", FORGED)
@pytest.mark.parametrize(
    "text",
    [
        "w > router 100 U; router > pool 100 U; pool > w 7 R",
        "w > pool 100 U; pool > w 7 R; evil > spam 9 U; evil > spam 9 R",
    ],
)
def test_what_it_is_stays_whatever_a_stranger_says(text, said):
    assert kinds(text, [FORGED[said]]) == ["swap"]


@pytest.mark.parametrize("said", [name for name in FORGED if name.startswith("flash")])
def test_a_deposit_is_no_flash_loan_because_somebody_says_so(said):
    text = "zero > w 7 R; w > R 100 U"
    for emitter in ("evil", "R"):
        assert kinds(text, [replace(FORGED[said], address=address(emitter))]) == ["vault_deposit"]


def test_a_true_log_counts_beside_a_forged_one():
    logs = [
        told(staking_rewards.STAKED, "w", data=[100]),
        log(10, "farm", staking_rewards.STAKED, "w", data=[100]),
    ]
    for order in (logs, logs[::-1]):
        (stake,) = events_of(activity("w > farm 100 LP", logs=order), PROTOCOLS)
        assert [leg.asset for leg in stake.legs if leg.role == "position"] == [
            position(NETWORK, KEPT, address("farm"))
        ]


def test_what_two_contracts_claim_to_have_done_neither_has():
    """A manager holds nothing: the pool's own log speaks for it, but for one of two alone."""
    pool = log(1, "pool", _concentrated.POOL_MINT, "Nft", 1, 2, data=["Nft", 5, 100, 0])
    manager = log(2, "Nft", _concentrated.INCREASE, 7, data=[5, 100, 0])
    assert kinds("w > pool 100 A", [pool, manager]) == ["pool_deposit"]
    rival = told(_concentrated.INCREASE, 7, data=[5, 100, 0])
    assert kinds("w > pool 100 A", [pool, manager, rival]) == ["send"]
    assert kinds("w > x 100 A", [pool, manager]) == ["send"]


def test_a_log_over_other_hands_counts_where_most_of_the_units_went_through_them():
    said = log(9, "farm", staking_rewards.STAKED, "w", data=[100])
    for passed, kind in ((100, "stake"), (60, "stake"), (40, "send")):
        text = f"w > zap 100 LP; zap > farm {passed} LP; w > x 1 A"
        assert kind in kinds(text, [said])
        assert ("stake" in kinds(text, [said])) == (kind == "stake")


def test_income_that_is_half_of_a_trade_needs_more_than_the_tokens_own_word():
    said = log(9, "R", staking_rewards.REWARD_PAID, "w", data=[7])
    assert kinds("w > pool 100 U; zero > w 7 R", [said]) == ["swap"]
    assert kinds("zero > w 7 R", [said]) == ["reward"]


def test_coin_is_followed_through_the_token_that_wraps_it_and_through_no_other():
    said = log(9, "evil", staking_rewards.STAKED, "w", data=[100])
    wrapped = "w > zap 100 ETH; zap > W 100 ETH; zero > zap 100 W; zap > evil 100 W"
    forged = "w > zap 100 ETH; zap > W 1 ETH; zero > zap 100 W; zap > evil 100 W"
    for text, counts in ((wrapped, True), (forged, False)):
        assert ("stake" in kinds(f"{text}; pool > w 7 R", [said])) == counts


ROUTED = "w > market 51 LP; LP > zero 51 LP; Sy > w 101 USD"


def routed(*more):
    """Liquidity that the router which was called, and holds nothing, says was taken out."""
    topic = next(topic for topic, (kind, _) in ROUTER.items() if kind == "pool_withdraw")
    return [told(topic, "w", "market", "w", data=[51, 1, 2, 101], emitter="router"), *more]


def test_who_was_called_speaks_where_rewards_came_beside_what_it_did():
    earned = log(30, "market", pendle.REDEEM_REWARDS, "w", data=[32, 1, 38])
    assert kinds(ROUTED, routed()) == ["pool_withdraw"]
    text = f"{ROUTED}; market > w 38 P"
    assert kinds(text, routed(earned)) == ["pool_withdraw", "reward"]
    stranger = [replace(each, address=address("evil")) for each in routed(earned)[:1]]
    assert kinds(text, [*stranger, earned]) == ["swap", "reward"]


@pytest.mark.parametrize("gift", ["evil > w 1 Q", "evil > w 1 ETH"])
def test_who_sends_a_little_along_does_not_speak_for_the_trade(gift):
    text = f"{TRADES['tokens']}; {gift}"
    for topic in (routed()[0].topics[0], balancer.REMOVED):
        assert kinds(text, forged(topic)) == ["swap"]
    both = "pool > w 101 R; pool > w 5 Q"
    removed = [replace(each, address=address("pool")) for each in routed()]
    assert kinds(f"w > pool 51 LP; {both}", removed) == ["pool_withdraw"]


def test_income_beside_it_counts_only_where_who_paid_it_speaks():
    """A router that was called holds nothing of this trade: it cannot make two halves of it."""
    said = [
        log(9, "router", staking_rewards.STAKED, "w", data=[100]),
        log(10, "router", staking_rewards.REWARD_PAID, "w", data=[7]),
    ]
    assert kinds("w > pool 100 U; pool > w 7 R", said) == ["swap"]


def test_shares_that_were_burnt_without_a_transfer_speak_for_themselves():
    """Vaults of Maker burn so; an account of the fund's was called here, and not the vault."""
    text = "zero > w 100 DAI; w > protocol 96 Vault"
    said = [log(9, "Vault", erc4626.WITHDRAW, "w", "w", "w", data=[100, 96])]
    one = activity(text, logs=said, called="safe")
    assert [each.kind for each in events_of(one, PROTOCOLS)] == ["vault_withdraw"]
    other = activity(text, logs=[replace(said[0], address=address("evil"))], called="safe")
    assert [each.kind for each in events_of(other, PROTOCOLS)] == ["swap"]
