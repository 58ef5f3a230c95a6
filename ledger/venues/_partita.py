"""Nothing enters; the columns of a Partita CSV and the legs of its kinds leave."""

from typing import Final

COLUMNS: Final = tuple(
    "time kind wallet sent_asset sent_quantity received_asset received_quantity fee_asset"
    " fee_quantity value value_currency to_wallet strategy txid note".split()
)

#: kind → its legs, sent and received: `+` must be there, `?` may be, a space must not.
KINDS: Final[dict[str, str]] = {
    "buy": "?+", "sell": "+?", "swap": "++", "split": "++", "liquidation": "+?",
    "deposit": " +", "withdrawal": "+ ", "transfer": "+?", "borrow": " +", "repay": "+ ",
    "income": " +", "interest": " +", "staking": " +", "mining": " +", "airdrop": " +",
    "fork": " +", "gift_received": " +", "gift_sent": "+ ", "donation": "+ ", "lost": "+ ",
    "stolen": "+ ", "spend": "+ ", "fee": "? ", "contribution": " +", "redemption": "+ ",
}  # fmt: skip
