"""What the sending end of a bridge says will arrive, and what came: whether it is that.

A bridge's note says `expects:<network>/<tokens>/<quantity>` and `by:<who tells of the arrival>`.
Tokens are contracts joined by `|`, or `*` where the log names none; the network is `*` too where
nothing says it. A quantity is whole base units: `N` exact, `N+` at least, `A-B` between, `*`
unknown, and with `~` before it in decimals that may be others on the other side. An arrival says
`by:<who tells>` too, and `unwraps:<token>` of coin that the token's own contract gave for it.
"""

import re
from dataclasses import dataclass
from typing import Final

from ledger.chains.networks import NETWORKS
from ledger.model.asset import AssetId, contract_of, erc20, native
from ledger.model.event import Event, Leg

#: What stands for the native coin.
COIN: Final = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
_ADDRESS: Final = "0x[0-9a-f]{40}"
_EXPECTED: Final = re.compile(
    rf"(eip155:[0-9]+|\*)/(\*|{_ADDRESS}(?:\|{_ADDRESS})*)/"
    r"(?:(\*)|(~?)([0-9]{1,78})(?:(\+)|-([0-9]{1,78}))?)",
    re.ASCII,
)
#: No two fungible tokens are further apart in decimals.
_DECIMALS: Final = 18


@dataclass(frozen=True, slots=True)
class Expected:
    """What shall arrive: `least` to `most` units (None for no bound) of one of `tokens`.

    An empty network, no tokens and an empty `by` are what nobody said.
    """

    network: str
    tokens: frozenset[str]
    least: int
    most: int | None
    scaled: bool
    by: str

    @property
    def is_proof(self) -> bool:
        """Whether an arrival that fits can be nothing else.

        Anybody can log a message's id. Who tells of it is a contract that only the bridge moves;
        else a stranger must have paid all of it, in the token that was named.
        """
        named = self.network and self.tokens and self.least and not self.scaled
        return bool(self.by or named)

    def faults(self, came: Event) -> str:
        """In what an arrival is not what was expected; empty where it fits."""
        if self.network and came.network != self.network:
            return f"came on {came.network}"
        if self.by and note_words(came).get("by") != self.by:
            return "another contract tells of it"
        of_token = [leg for leg in came.legs if leg.quantity > 0 and self._is_token(leg, came)]
        if not of_token:
            return "it is another token"
        fits = any(self.is_quantity(leg.quantity) for leg in of_token)
        return "" if fits else "it is another quantity"

    def _is_token(self, leg: Leg, came: Event) -> bool:
        return not self.tokens or not self.names(came.network).isdisjoint(names_of(leg, came))

    def names(self, network: str) -> frozenset[str]:
        """Under which names of `names_of` a token of a network is one of those that were named.

        A wrapped coin may come unwrapped, and the coin so.
        """
        coin, wrapped = native(network), wrapped_coin(network)
        named = {coin if token == COIN else erc20(network, token) for token in self.tokens}
        if wrapped is not None and named & {coin, wrapped}:
            named |= {coin, wrapped}
        return frozenset(named).union(map(_unwrapped, self.tokens))

    def is_quantity(self, quantity: int) -> bool:
        """Whether so many units may be what was expected."""
        return any(
            least <= quantity and (most is None or quantity <= most) for least, most in self.sizes
        )

    @property
    def sizes(self) -> tuple[tuple[int, int | None], ...]:
        """The bounds of units that may come: one pair for each difference in decimals."""
        least, most = self.least, self.most
        if not self.scaled:
            return ((least, most),)
        powers = [10**places for places in range(_DECIMALS + 1)]
        more = [(least * power, None if most is None else most * power) for power in powers]
        fewer = [(-(-least // power), None if most is None else most // power) for power in powers]
        return tuple(
            [pair for pair in (*more, *fewer[1:]) if pair[1] is None or pair[0] <= pair[1]]
        )


def expected(event: Event) -> Expected | None:
    """What the note of a sending end says; None where it says nothing that can be read."""
    words = note_words(event)
    found = _EXPECTED.fullmatch(words.get("expects", ""))
    if found is None:
        return None
    network, tokens, unknown, scaled, least, more, most = found.groups()
    exact = int(least) if least else 0
    return Expected(
        "" if network == "*" else network,
        frozenset() if tokens == "*" else frozenset(tokens.split("|")),
        exact,
        None if unknown or more else int(most or exact),
        bool(scaled),
        words.get("by", ""),
    )


def names_of(leg: Leg, came: Event) -> tuple[str, ...]:
    """The asset of what came; of coin beside it the token that was unwrapped for it."""
    unwrapped = note_words(came).get("unwraps")
    if unwrapped is None or leg.asset != native(came.network):
        return (leg.asset,)
    return leg.asset, _unwrapped(unwrapped)


def _unwrapped(token: str) -> str:
    return f"unwraps:{token}"


def note_words(event: Event) -> dict[str, str]:
    """The words `name:value` of an event's note, by name."""
    words = (word.partition(":") for word in event.note.split())
    return {name: value for name, colon, value in words if colon}


def messages_of(event: Event) -> tuple[str, ...]:
    """The messages that one end of a bridge names: of what came back several together."""
    words = note_words(event)
    return tuple(filter(None, (words.get("message", ""), *words.get("also", "").split(","))))


def wrapped_coin(network: str) -> AssetId | None:
    """The wrapped native coin of a network, where it is known."""
    known = NETWORKS.get(network)
    return erc20(network, known.wrapped) if known is not None and known.wrapped else None


def family(asset: AssetId, network: str) -> str | None:
    """What assets of several networks that look alike share: the coin's symbol, or an address."""
    known = NETWORKS.get(network)
    if known is not None and asset in {native(network), wrapped_coin(network)}:
        return known.symbol
    return contract_of(asset)
