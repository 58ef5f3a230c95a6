"""Names of ENS, Base and .gwei: a view in; registrations and renewals with their refunds out.

Sources: ensdomains/ens-contracts, ETHRegistrarController.sol in its versions; base-org/basenames,
RegistrarController.sol; the contract of .gwei names (0x9D51D507BC7264d4fE8Ad1cf7Fe191933A0a81d6).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    net,
    with_role,
)

NAME: Final = "ens"
RANK: Final = 10

#: NameRegistered(string name, bytes32 label, address owner, uint256 cost, uint256 expires); then
#: with (uint256 baseCost, uint256 premium, uint256 expires), and a bytes32 referrer behind; label
#: and owner indexed.
REGISTERED: Final = "0xca6abbe9d7f11422cb6ca7629fbf6fe9efb1c621f71ce8f02b9f2a230097404f"
REGISTERED_PREMIUM: Final = "0x69e37f151eb98a09618ddaa80c8cfaf1ce5996867c489f45b555b412271ebf27"
REGISTERED_REFERRED: Final = "0xc2240194853531f1ae318dcef227de79c6ad0fd9d1b0e4fe08568415be2e08a5"
#: NameRenewed(string name, bytes32 label, uint256 cost, uint256 expires), and a bytes32 referrer
#: behind; label indexed.
RENEWED: Final = "0x3da24c024582931cfaf8267d8ed24d13a82a8068d5bd337d30ec45cea4e506ae"
RENEWED_REFERRED: Final = "0xfa956c3bce4cb4b01166868ecaf0620566bc7e33fc70b0b9c6aef61e37e50b94"
#: NameRegistered(string name, bytes32 label, address owner, uint256 expires) and
#: NameRenewed(string name, bytes32 label, uint256 expires) of Base's; label and owner indexed.
BASE_REGISTERED: Final = "0x0667086d08417333ce63f40d5bc2ef6fd330e25aaaf317b7c489541f8fe600fa"
BASE_RENEWED: Final = "0x93bc1a84707231b1d9552157299797c64a1a8c5bc79f05153716630c9c4936fc"
#: NameRegistered(uint256 tokenId, string label, address owner, uint256 expires) of .gwei, tokenId
#: and owner indexed; NameRenewed(uint256 tokenId, uint256 expires), tokenId indexed.
GWEI_REGISTERED: Final = "0xe9b829b8676c143f46f458c54ab9eedea80dc58eaec9c3df7e0134aabf7f9d28"
GWEI_RENEWED: Final = "0x9b87a00e30f1ac65d898f070f8a3488fe60517182d0a2098e1b4b93a54aa9bd6"

#: topic → (names of, whether it is a new name, least topics, least words)
LOGS: Final = {
    REGISTERED: ("ens", True, 3, 3),
    REGISTERED_PREMIUM: ("ens", True, 3, 4),
    REGISTERED_REFERRED: ("ens", True, 3, 5),
    RENEWED: ("ens", False, 2, 3),
    RENEWED_REFERRED: ("ens", False, 2, 4),
    BASE_REGISTERED: ("basenames", True, 3, 2),
    BASE_RENEWED: ("basenames", False, 2, 2),
    GWEI_REGISTERED: ("gwei_names", True, 3, 2),
    GWEI_RENEWED: ("gwei_names", False, 2, 1),
}

SIGNS: Final = frozenset(LOGS)


def recognise(view: ActivityView) -> Recognised | None:
    """What the fund paid for names: pieces bought, or a service where it holds nothing new.

    Controllers give back what was paid too much; whoever renews many names at once pays a contract
    between, which is the one that was called.
    """
    if not view.acts:
        return None
    told: dict[str, list[Log]] = {}
    for topic, (names, _, topics, words) in LOGS.items():
        for log in logs_with(view.activity, topic, topics, words):
            told.setdefault(names, []).append(log)
    events: tuple[Event, ...] = ()
    for names, logs in told.items():
        events += _paid(view.without(events), names, logs)
    return Recognised(events) if events else None


def _paid(view: ActivityView, names: str, logs: list[Log]) -> tuple[Event, ...]:
    coin = native(view.activity.network)
    places = {log.address for log in logs} | {view.called}
    paid = [leg for leg in view.legs if leg.asset == coin and leg.counterparty in places]
    new = any(LOGS[log.topics[0]][1] for log in logs)
    pieces = [leg for leg in view.legs if new and is_non_fungible(leg.asset) and leg.quantity > 0]
    if sum(net(paid).values()) > 0 or not (paid or pieces):
        return ()
    legs = [*map(_refund, paid), *pieces]
    return (event(view, "mint" if pieces else "service_fee", legs, names),)


def _refund(leg: Leg) -> Leg:
    return with_role(leg, "refund") if leg.quantity > 0 else leg
