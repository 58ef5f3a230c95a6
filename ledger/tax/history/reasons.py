"""Nothing enters; the words leave for why an entry or a row has no figure, or not the whole one."""

from typing import Final

#: What of options is told otherwise than the law has it (docs/tax/us.md, 22).
WRITTEN: Final = "the premium of a written option is told as income when it came"
DELIVERED: Final = "an option was exercised for its underlying: what it cost is in no basis of that"

#: Units of a hard fork where a regime gives them a part of another one's cost.
SHARED_COST: Final = "units of a fork have a part of the cost of what forked, and none is stated"

#: What was paid for a trade, or for what came, in units of which no price is known.
UNPRICED_COST: Final = "a cost without a price is in no basis of what came"
UNPRICED_FEE: Final = "its fee has no price and is in no basis: what it brought costs more"

#: Units of an asset: without a basis, without a price beside others, to nobody, for a purpose.
NO_BASIS: Final = "{} came in and its basis is unknown"
BY_UNITS: Final = "{} has no price: what it is of the cost is reckoned by units"
TO_NOBODY: Final = "{} left to nobody known: no gain"
PARTIAL: Final = "a split is of other units than its wallet held, and is taken as of all of them"
RESCALED: Final = "units of {} became more or fewer, and were matched one for one across that"
LEFT: Final = "{}: {} left, no gain is computed"

#: Units that came, or left, and of which nobody says what they are worth.
UNPRICED: Final = "no price is stated and none is known"
UNVALUED: Final = "units came in and their value is not known"
UNWEIGHED: Final = "the fraction of the acquisition price that a gift takes needs its value"
