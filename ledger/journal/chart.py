"""The chart of accounts: a place or a purpose enters, its ledger account leaves."""

from functools import cache, lru_cache
from typing import Final, get_args
from urllib.parse import quote

from ledger.model.entry import Account, AccountType
from ledger.model.errors import BadInput
from ledger.model.fund import WalletId

INCOMES: Final = frozenset("trading interest staking reward airdrop".split())
EXPENSES: Final = frozenset(
    "gas failed tip flash_loan service_fee interest penalty lost donation spend".split()
)
EQUITIES: Final = frozenset("contribution redemption opening".split())
SUSPENSES: Final = frozenset("unexplained unmatched spam".split())
TRADINGS: Final = frozenset("conversion titles".split())

TYPES: Final = frozenset(get_args(AccountType))


@lru_cache(maxsize=65_536)
def wallet(owner: WalletId) -> Account:
    """What a wallet holds: one account a wallet, many assets."""
    return Account("asset", owner, owner)


@lru_cache(maxsize=65_536)
def debt(owner: WalletId) -> Account:
    """What a wallet owes: a positive quantity is owed, and counts negative in a valuation."""
    return Account("liability", owner, owner)


@cache
def income(kind: str) -> Account:
    """What was earned; its postings are negative."""
    assert kind in INCOMES, f"{kind} is no income"
    return Account("income", kind)


@cache
def expense(kind: str) -> Account:
    """What was spent; its postings are positive."""
    assert kind in EXPENSES, f"{kind} is no expense"
    return Account("expense", kind)


@cache
def equity(kind: str) -> Account:
    """What investors brought and took, and what was there before the books began."""
    assert kind in EQUITIES, f"{kind} is no equity"
    return Account("equity", kind)


@cache
def trading() -> Account:
    """Where one asset turns into another: it holds the other side of each of them."""
    return Account("trading", "conversion")


@cache
def titles() -> Account:
    """The other side of tokens that only say who holds a position: worth nothing beside it."""
    return Account("trading", "titles")


def transit(group: str) -> Account:
    """Units that left one network and have not arrived on the other; still the fund's."""
    return Account("transit", f"bridge:{_word(group)}")


def escrow(protocol: str | None) -> Account:
    """Units that a protocol holds for the fund without a token in return; still the fund's."""
    return Account("transit", f"escrow:{_word(protocol or 'unnamed')}")


@cache
def suspense(reason: str) -> Account:
    """The other side of what nobody can explain yet: `unexplained`, `unmatched` or `spam`."""
    assert reason in SUSPENSES, f"{reason} is no suspense"
    return Account("suspense", reason)


def account_at(path: str) -> Account:
    """The account of a path such as `asset:eip155:1:0x…`: the inverse of `Account.path` here.

    Raises BadInput for a type that the chart does not know.
    """
    kind, _, name = path.partition(":")
    if kind not in TYPES or not name:
        raise BadInput(f"{path[:80]!r} is no account")
    owner = WalletId(name) if kind in {"asset", "liability"} else None
    return Account(kind, name, owner)  # type: ignore[arg-type]


def is_in_chart(account: Account) -> bool:
    """Whether the rules could have made an account: a type alone makes none.

    Whose a wallet is, the chart does not know.
    """
    names = {
        "income": INCOMES,
        "expense": EXPENSES,
        "equity": EQUITIES,
        "suspense": SUSPENSES,
        "trading": TRADINGS,
    }
    if account.type == "transit":
        scheme, _, name = account.name.partition(":")
        return scheme in {"bridge", "escrow"} and name != ""
    if account.type in names:
        return account.name in names[account.type] and account.wallet is None
    return account.name == account.wallet


def _word(text: str) -> str:
    return quote(text, safe=":/#,@")
