"""What was given and received enter; one total value for both sides leaves, split by asset."""

from collections.abc import Sequence

from ledger.journal.rules.case import Case
from ledger.model.amount import spread
from ledger.model.asset import AssetId, currency_of

#: An asset and a positive number of its base units.
Amount = tuple[AssetId, int]
Values = tuple[int | None, ...]


def consideration(
    case: Case, given: Sequence[Amount], received: Sequence[Amount]
) -> tuple[Values, Values]:
    """Positive values of what was given and received, of the same total on both sides.

    The total is, in this order: a side that is currency throughout (what was given first) · the
    stated value · what was given, if all of it has quotes · what was received, if all of it has.
    Where none applies each asset keeps the quote it has, and None where it has none: never zero.
    A one-sided exchange takes the stated value, else the quotes.
    """
    if len(given) == len(received) == 1:
        return _of_two(case, given[0], received[0])
    of_given, of_received = _quoted(case, given), _quoted(case, received)
    total = _total(case, ((given, of_given), (received, of_received)))
    if total is None:
        return of_given, of_received
    return divided(total, of_given), divided(total, of_received)


def _of_two(case: Case, given: Amount, received: Amount) -> tuple[Values, Values]:
    """The same for one asset against another: only the first total that is known is asked for."""
    for asset, quantity in (given, received):
        if currency_of(asset) and (total := case.worth(asset, quantity)) is not None:
            return (total,), (total,)
    total = case.stated
    if total is None:
        total = case.worth(*given)
    if total is None:
        total = case.worth(*received)
    return (total,), (total,)


def divided(total: int, quotes: Values) -> Values:
    """A total split over assets by their quotes, to the last unit.

    One asset takes all of it; one asset without a quote takes what the others leave. Where more are
    unknown, or the quotes are worth more than the total, each keeps what is known of it.
    """
    if len(quotes) == 1:
        return (total,)
    known = [quote for quote in quotes if quote is not None]
    if len(known) == len(quotes) and any(known):
        return spread(total, tuple(known))
    if len(known) == len(quotes) - 1 and sum(known) <= total:
        return tuple(total - sum(known) if quote is None else quote for quote in quotes)
    return quotes


def _quoted(case: Case, amounts: Sequence[Amount]) -> Values:
    return tuple(case.worth(asset, quantity) for asset, quantity in amounts)


def _total(case: Case, sides: tuple[tuple[Sequence[Amount], Values], ...]) -> int | None:
    sums = [_sum(quotes) for _, quotes in sides]
    in_currency = [
        total if all(currency_of(asset) for asset, _ in amounts) else None
        for (amounts, _), total in zip(sides, sums, strict=True)
    ]
    choices = (*in_currency, case.stated, *sums)
    return next((total for total in choices if total is not None), None)


def _sum(quotes: Values) -> int | None:
    known = [quote for quote in quotes if quote is not None]
    return sum(known) if known and len(known) == len(quotes) else None
