"""Events in a few words for tests of the journal, a price list, postings as tuples."""

from datetime import UTC, datetime
from typing import get_args

from hypothesis import strategies as st

from ledger.journal.rules import entries_for
from ledger.model.activity import microseconds
from ledger.model.amount import QUANTITY_MAX, Money
from ledger.model.asset import AssetId, by_symbol, currency, non_fungible, position
from ledger.model.event import Event, EventFee, Leg, LegRole
from ledger.model.fund import WalletId

TIME = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
NETWORK = "eip155:1"
A = WalletId("eip155:1:0x" + "aa" * 20)
B = WalletId("eip155:1:0x" + "bb" * 20)
C = WalletId("eip155:1:0x" + "cc" * 20)
E18 = 10**18
WETH = AssetId("eip155:1/erc20:0x" + "01" * 20)
USDC = AssetId("eip155:1/erc20:0x" + "02" * 20)
USDC_BASE = AssetId("eip155:8453/erc20:0x" + "03" * 20)
MEME = AssetId("eip155:1/erc20:0x" + "04" * 20)
SHARE = AssetId("eip155:1/erc20:0x" + "05" * 20)
OWED = AssetId("eip155:1/erc20:0x" + "06" * 20)
LIQUIDITY = position(NETWORK, "uniswap_v3", f"0x{'07' * 20}.17")
TITLE = non_fungible(NETWORK, "erc721", "0x" + "07" * 20, 17)
ETH = AssetId("eip155:1/slip44:60")
USD = currency("USD")
EUR = currency("EUR")
BTC = by_symbol("BTC")

#: Value of one base unit in 10⁻¹⁸ dollars, as a fraction: ETH 3,000, USDC (6 decimals) 1.
PRICES = {
    WETH: (3000, 1),
    ETH: (3000, 1),
    USDC: (10**12, 1),
    USDC_BASE: (10**12, 1),
    OWED: (10**12, 1),
    BTC: (60_000, 1),
    USD: (1, 1),
    EUR: (11, 10),
}


def value(asset, quantity, time):
    if asset not in PRICES:
        return None
    numerator, denominator = PRICES[asset]
    return quantity * numerator // denominator


def no_price(asset, quantity, time):
    return None


def leg(quantity, asset, wallet=A, role="plain", claim=None):
    return Leg(wallet, asset, quantity, "0xc0ffee", claim, role)


def event(kind, *legs, fee=None, stated=None, **fields):
    defaults = {
        "id": "eip155:1/tx:0x01#0",
        "time": TIME,
        "order": (microseconds(TIME), NETWORK, 100, 3, "eip155:1/tx:0x01"),
        "network": NETWORK,
        "txid": "0x01",
        "activities": ("eip155:1/tx:0x01",),
    }
    paid = None if fee is None else EventFee(A, ETH, fee)
    money = None if stated is None else Money(stated, "USD")
    return Event(kind=kind, legs=legs, fee=paid, value=money, **{**defaults, **fields})


def booked(kind, *legs, partner=None, value=value, **fields):
    """The entry of an event, of which there must be one."""
    entry = entries_for(event(kind, *legs, **fields), value, partner)
    assert entry is not None
    return entry


def rows(entry):
    """(account path, quantity, asset, role, value) of each posting."""
    return [
        (posting.account.path, posting.quantity, posting.asset, posting.role, posting.value)
        for posting in entry.postings
    ]


def on(entry, path):
    """(quantity, asset, role, value) of the postings on one account."""
    return [row[1:] for row in rows(entry) if row[0] == path]


# ---- what properties draw

ASSETS = (WETH, USDC, USDC_BASE, MEME, SHARE, ETH, USD, EUR, BTC, LIQUIDITY)
ROLES = get_args(LegRole)
EDGES = (
    1,
    *(10**power + step for power in (6, 18, 30) for step in (-1, 0, 1)),
    *(2**63 + step for step in (-1, 0, 1)),
    2**128,
    2**255 - 1,
    QUANTITY_MAX,
)

quantities = st.builds(
    lambda size, sign: size * sign,
    st.one_of(st.integers(1, 1000), st.sampled_from(EDGES), st.integers(1, QUANTITY_MAX)),
    st.sampled_from([1, -1]),
)


def legs(roles=ROLES):
    one = st.builds(
        leg,
        quantities,
        st.sampled_from(ASSETS),
        st.sampled_from([A, B, C]),
        st.sampled_from(roles),
    )
    return st.lists(one, max_size=7)


notes = st.sampled_from(
    [
        "",
        "position:unknown",
        *(f"stated:{word}" for word in "gift_sent gift_received transfer staking lost".split()),
    ]
)
protocols = st.sampled_from([None, "lido", "gmx"])
fees = st.one_of(st.none(), st.integers(0, QUANTITY_MAX))
stated = st.one_of(st.none(), st.integers(0, 10**40))
valuers = st.sampled_from([value, no_price])
