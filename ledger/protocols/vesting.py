"""Vesting and payment streams: a view in; what was paid in for others, out of them and back, out.

Sources: yearn/yearn-vesting-escrow (VestingEscrowFactory.vy, VestingEscrowSimple.vy),
sablier-labs/lockup (ISablierLockup.sol) and sablierhq/sablier (ISablier.sol),
hedgey-finance/Locked_VestingTokenPlans (TimeLock logs), LlamaPay/llamapay (LlamaPay.sol),
OpenZeppelin's VestingWallet.sol.

What the fund paid in for a wallet of its own waits as a position, stream by stream. What it paid
in for somebody else is his as it vests, which nobody tells the payer: it is booked as sent, and
what is taken back of it comes from where the books know nothing. A payer's balance with LlamaPay
is its own.
"""

from collections.abc import Mapping
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._kept import facts, kept, kept_by
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "vesting"
RANK: Final = 10

#: VestingEscrowCreated(address funder, address token, address recipient, address escrow,
#: uint256 amount, uint256 vesting_start, uint256 vesting_duration, uint256 cliff_length,
#: bool open_claim), the first three indexed; the factory's first version has no open_claim.
ESCROW_CREATED: Final = "0x99fd02dbc65944923f77d3e5d3e77e8c4c1b4026201be5445a8e827183e993e2"
ESCROW_CREATED_V1: Final = "0x4d924f2be6d90da83be47ca6bc3c90e0f5c5e365d7e9797faeb4b9f823505a78"
#: TokenVestingEscrowCreated(address escrow, address token, address recipient, address funder,
#: address revoker, uint256 amount, uint256 vesting_start, uint256 vesting_duration,
#: uint256 cliff_length, bool permissionless_claims) of its fourth, the first three indexed; and
#: ERC4626VestingEscrowCreated(address escrow, address vault, address recipient, address funder,
#: address revoker, address yield_recipient, address asset_token, uint256 funded_shares,
#: uint256 principal_assets, …) likewise.
TOKEN_ESCROW: Final = "0xf8ea53ac277d1999359478d96381cfbd459da60132dac117420cfe8be8b38b02"
VAULT_ESCROW: Final = "0xa13987b715216564fd70d27e4218a804b39b44c211849a01677ff2a507b05b63"
#: topic → words, whether the escrow is indexed and the funder is not, and the word of the amount
CREATED: Final = {
    ESCROW_CREATED: (5, False, 1),
    ESCROW_CREATED_V1: (5, False, 1),
    TOKEN_ESCROW: (7, True, 2),
    VAULT_ESCROW: (10, True, 4),
}
#: Where the factory of escrows sends a donation to the makers of its language.
LANGUAGE: Final = "0x70ccbe10f980d80b7ebaab7d2e3a73e87d67b775"
#: CreateStream(uint256 streamId, address sender, address recipient, uint256 deposit,
#: address tokenAddress, uint256 startTime, uint256 stopTime), WithdrawFromStream(uint256 streamId,
#: address recipient, uint256 amount) and CancelStream(uint256 streamId, address sender,
#: address recipient, uint256 senderBalance, uint256 recipientBalance) of Sablier's first version;
#: streamId, sender and recipient indexed.
CREATE_STREAM: Final = "0x7b01d409597969366dc268d7f957a990d1ca3d3449baf8fb45db67351aecfe78"
WITHDRAW_STREAM: Final = "0x36c3ab437e6a424ed25dc4bfdeb62706aa06558660fab2dab229d2555adaf89c"
CANCEL_STREAM: Final = "0xca3e6079b726e7728802a0537949e2d1c7762304fa641fb06eb56daf2ba8c6b9"
#: WithdrawFromLockupStream(uint256 streamId, address to, address token, uint128 amount) of its
#: second, all but amount indexed, without the token at first; and CancelLockupStream(
#: uint256 streamId, address sender, address recipient, address token, uint128 senderAmount,
#: uint128 recipientAmount), the addresses indexed.
WITHDRAW_LOCKUP: Final = "0x40b88e5c41c5a97ffb7b6ef88a0a2d505aa0c634cf8a0275cb236ea7dd87ed4d"
WITHDRAW_LOCKUP_V1: Final = "0xfa54f9f9bdcdd28778cbb9f78490df6691cc4e2729588e10f4cc0a26c465686a"
CANCEL_LOCKUP: Final = "0x5edb27d6c1a327513b90a792050debf074b7194444885e3144d4decc5caaaa50"
#: PlanRedeemed(uint256 id, uint256 amountRedeemed, uint256 planRemainder, uint256 resetDate) of
#: Hedgey's plans, id indexed.
PLAN_REDEEMED: Final = "0xa6faee2246474597b6de7c76bf9a45d256737543cb0806e6e805b55b38c7663f"
#: Withdraw(address from, address to, uint216 amountPerSec, bytes32 streamId, uint256 amount) of
#: LlamaPay, from and to indexed; PayerDeposit(address from, uint256 amount), from indexed, and
#: PayerWithdraw(address payer, uint256 amount), payer indexed or not.
LLAMA_WITHDRAW: Final = "0x674faf747e3eea06e0c6346405d01330e029b752733b8ac5cfa9365ed64a496c"
LLAMA_DEPOSIT: Final = "0x3de3aee7860cdac45b499418398cd4bcf1f9952148868b8a6d43ba7729a0bbb5"
LLAMA_BACK: Final = "0xb67efc8b8dcfed4c807ecc6c0e5c1234071c787585f1fef08e7cb9a1bc7c7de9"
#: Claim(address recipient, uint256 claimed) of an escrow of Yearn's factory, recipient indexed;
#: many contracts log it.
CLAIMED: Final = "0x47cee97cb7acd717b3c0aa1435d004cd5b3c8c57d70dbceb4e4458bbd60e39d4"
#: Of such an escrow, of what had not vested and went back: RugPull(address recipient,
#: uint256 rugged), with uint256 timestamp behind in the second version, Revoked(address recipient,
#: address owner, uint256 rugged, uint256 ts) in the third, nothing indexed; and Revoked(
#: address recipient, address revoker, address receiver, uint256 unvested_amount, uint256 ts) in the
#: fourth, the addresses indexed. Topic → topics, words and the word of the amount.
REVOKED: Final = {
    "0x26c39210ac9cda246a6cc6e33da67c1971d5f14bbc32e2b66c3e14ab813549d7": (1, 2, 1),
    "0x0a8b5ab4d66b300713893f60cdf6a19970b77b721a2351b320d2bc5a81afdb69": (1, 3, 1),
    "0x425a9d51f657355700ba416a4e9e606a23b8c5831a992441ddf42544656e3a8e": (1, 4, 2),
    "0xf10db8b54f9b2004007e7f634c9070feb667af030441da0007b88390758ac55b": (4, 2, 0),
}
#: ERC20Released(address token, uint256 amount), token indexed, and EtherReleased(uint256 amount) of
#: OpenZeppelin's wallet.
RELEASED: Final = "0xc0e523490dd523c33b1878c9eb14ff46991e3f5b2cd33710918618f2a39cba1b"
ETHER_RELEASED: Final = "0xda9d4e5f101b8b9b1c5b76d0c5a9f7923571acfc02376aa076b75a8c080c956b"

#: topic → (protocol, topics, words, topic of who is paid or None, word of the amount)
PAID_OUT: Final[Mapping[str, tuple[str, int, int, int | None, int]]] = {
    WITHDRAW_STREAM: ("sablier", 3, 1, 2, 0),
    CANCEL_STREAM: ("sablier", 4, 2, 3, 1),
    WITHDRAW_LOCKUP: ("sablier", 4, 1, 2, 0),
    WITHDRAW_LOCKUP_V1: ("sablier", 3, 1, 2, 0),
    CANCEL_LOCKUP: ("sablier", 4, 3, 2, 2),
    PLAN_REDEEMED: ("hedgey", 2, 3, None, 0),
    LLAMA_WITHDRAW: ("llamapay", 3, 3, 2, 2),
    RELEASED: ("vesting_wallet", 2, 1, None, 0),
    ETHER_RELEASED: ("vesting_wallet", 1, 1, None, 0),
}
#: The same of who paid in and gets what had not vested.
GIVEN_BACK: Final = {
    CANCEL_STREAM: ("sablier", 4, 2, 2, 0),
    CANCEL_LOCKUP: ("sablier", 4, 3, 1, 1),
}
#: Logs whose first indexed argument is the number of a stream.
_NUMBERED: Final = frozenset({CREATE_STREAM, WITHDRAW_STREAM, CANCEL_STREAM})

#: Factories of escrows: Yearn's 0.3, 0.2, 0.1 and 0.4 (yearn/yearn-vesting-escrow, README), and
#: LlamaPay's, on Ethereum and on other networks (DefiLlama's adapter of it).
FACTORIES: Final = (
    "0x200c92dd85730872ab6a1e7d5e40a067066257cf",
    "0x98d3872b4025abe58c4667216047fe549378d90f",
    "0xf124534bfa6ac7b89483b401b4115ec0d27cad6a",
    "0xfbd94e2d6942d5b4ed0c5c9c43bded77a8f20215",
    "0xcf61782465ff973638143d6492b51a85986ab347",
    "0x62e13be78af77c86d38a027ae432f67d9ecd4c10",
)
VOUCHED: Final = frozenset(FACTORIES)

SIGNS: Final = frozenset(
    {
        *PAID_OUT,
        *CREATED,
        *REVOKED,
        *(CLAIMED, CREATE_STREAM, LLAMA_DEPOSIT, LLAMA_BACK),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Escrows and streams that the fund paid in, what they paid to it and gave back."""
    units = Units(view)
    events = _escrows(view, units)
    events += _streams(view.without(events), units)
    for topic, (protocol, topics, words, who, amount) in GIVEN_BACK.items():
        for log in logs_with(view.activity, topic, topics, words):
            if address_in(log.topics, who) in view.owned:
                rest, size = view.without(events), number_in(log, amount)
                came = exact(rest, size, other={log.address}) if size else ()
                where = _stream(view, log, protocol)
                events += tuple(_out_of(rest, units, leg, where, protocol) for leg in came)
    for topic, (protocol, topics, words, paid, amount) in PAID_OUT.items():
        for log in logs_with(view.activity, topic, topics, words):
            if paid is None or address_in(log.topics, paid) in view.owned:
                events += _paid_out(view.without(events), units, log, protocol, amount)
    for log in logs_with(view.activity, CLAIMED, 2, 1):
        where = position(view.activity.network, "yearn_vesting", log.address)
        if address_in(log.topics, 1) in view.owned and units.holder(where) is not None:
            rest = view.without(events)
            came = exact(rest, number_in(log, 0), other={log.address})
            events += tuple(_out_of(rest, units, leg, where, "yearn_vesting") for leg in came)
    for topic, (topics, words, amount) in REVOKED.items():
        for log in logs_with(view.activity, topic, topics, words):
            where = position(view.activity.network, "yearn_vesting", log.address)
            rest = view.without(events)
            came = exact(rest, number_in(log, amount), other={log.address})
            events += tuple(_out_of(rest, units, leg, where, "yearn_vesting") for leg in came)
    return Recognised(events, facts(view, events)) if events else None


def _paid_out(
    view: ActivityView, units: Units, log: Log, protocol: str, amount: int
) -> tuple[Event, ...]:
    """What a stream paid to its recipient: income, unless the fund itself had paid it in."""
    came = exact(view, number_in(log, amount), other={log.address})
    where = _stream(view, log, protocol)
    if came and log.topics[0] in _NUMBERED and units.holder(where) is not None:
        return (_out_of(view, units, came[0], where, protocol),)
    return (event(view, "reward", came, protocol),) if came else ()


def _stream(view: ActivityView, log: Log, protocol: str) -> AssetId:
    """The position of a stream by its contract and number, where the log says one."""
    number = f".{int(log.topics[1], 16)}" if log.topics[0] in _NUMBERED else ""
    return position(view.activity.network, protocol, f"{log.address}{number}")


def _out_of(view: ActivityView, units: Units, leg: Leg, where: AssetId, protocol: str) -> Event:
    """What came of a position, whichever own wallet it came to."""
    holder = units.holder(where) or leg.wallet
    return kept(view, leg, (where, holder), protocol, units)


def _into(
    view: ActivityView,
    units: Units,
    paid: tuple[Leg, ...],
    where: AssetId,
    who: tuple[str, str],
) -> tuple[Event, ...]:
    """Payments into a position of an own recipient; for anybody else they are gone."""
    recipient, protocol = who
    if recipient not in view.owned:
        return (event(view, "stake", paid, protocol, "position:unknown"),) if paid else ()
    wallet = wallet_id(view.activity.network, recipient)
    return tuple(kept(view, leg, (where, wallet), protocol, units) for leg in paid)


def _escrows(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """Escrows of Yearn's factory that an owned funder paid, and the donation beside them."""
    events: tuple[Event, ...] = ()
    for topic, (words, indexed, amount) in CREATED.items():
        for log in logs_with(view.activity, topic, 4, words):
            escrow, funder = word_address(log, 0), address_in(log.topics, 1)
            if indexed:
                escrow, funder = funder, escrow
            if funder not in view.owned:
                continue
            token = erc20(view.activity.network, address_in(log.topics, 2))
            where = position(view.activity.network, "yearn_vesting", escrow)
            rest = view.without(events)
            paid = exact(rest, -number_in(log, amount), asset=token)
            who = (address_in(log.topics, 3), "yearn_vesting")
            events += _into(rest, units, paid, where, who)
            given = [
                leg
                for leg in view.without(events).legs
                if leg.asset == token and leg.quantity < 0 and leg.counterparty == LANGUAGE
            ]
            events += (event(view, "donation", given, "yearn_vesting"),) if given else ()
    return events


def _streams(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """Streams that an owned sender paid, and what a payer keeps for all of its own."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CREATE_STREAM, 4, 4):
        if address_in(log.topics, 2) in view.owned:
            rest = view.without(events)
            paid = exact(rest, -number_in(log, 0), other={log.address})
            who = (address_in(log.topics, 3), "sablier")
            events += _into(rest, units, paid, _stream(view, log, "sablier"), who)
    for log in logs_with(view.activity, LLAMA_DEPOSIT, 2, 1):
        if address_in(log.topics, 1) in view.owned:
            rest = view.without(events)
            paid = exact(rest, -number_in(log, 0), other={log.address})
            events += tuple(kept_by(rest, units, leg, "llamapay", log.address) for leg in paid)
    taken = [
        *(
            (log, address_in(log.topics, 1), 0)
            for log in logs_with(view.activity, LLAMA_BACK, 2, 1)
        ),
        *((log, word_address(log, 0), 1) for log in logs_with(view.activity, LLAMA_BACK, 1, 2)),
    ]
    for log, payer, place in taken:
        if payer in view.owned and number_in(log, place):
            rest = view.without(events)
            came = exact(rest, number_in(log, place), other={log.address})
            events += tuple(kept_by(rest, units, leg, "llamapay", log.address) for leg in came)
    return events
