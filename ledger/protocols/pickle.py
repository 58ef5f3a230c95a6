"""Pickle: a view in; deposits into its jars and withdrawals out.

Source: pickle-finance/contracts, PickleJar.sol; pickle-finance/pf-core, the definitions of jars. A
jar logs nothing but its token's transfers, so that it is known by its address alone.
"""

from typing import Final

from ledger.protocols._vaults import silent
from ledger.shapes import ActivityView, Recognised

NAME: Final = "pickle"
RANK: Final = 10

#: Jars on Ethereum.
JARS: Final = frozenset(
    {
        "0x09fc573c502037b149ba87782acc81cf093ec6ef",
        "0x0faa189afe8ae97de1d2f01e471297678842146d",
        "0x1bb74b5ddc1f4fc91d6f9e7906cf68bc93538e33",
        "0x1c5dbb5d9864738e84c126782460c18828859648",
        "0x2e35392f4c36eba7ecafe4de34199b2373af22ec",
        "0x3261d9408604cc8607b687980d40135afa26ffed",
        "0x3bcd97dca7b1ced292687c97702725f37af01cac",
        "0x4cac56929b98d4c52ddfdf998329622013fed2a5",
        "0x53bf2e62fa20e2b4522f05de3597890ec1b352c6",
        "0x55282da27a3a02ffe599f6d11314d239dac89135",
        "0x5da34d322a4b29488e711419fea36da0d0114d5c",
        "0x5eff6d166d66bacbc1bf52e2c54dd391ae6b1f48",
        "0x65b2532474f717d5a8ba38078b78106d56118bbb",
        "0x68d14d66b2b0d6e157c06dc8fefa3d8ba0e66a89",
        "0x6949bb624e8e8a90f87cd2058139fcd77d2f3f87",
        "0x69cc22b240bdcdf4a33c7b3d04a660d4cf714370",
        "0x77c8a58d940a322aea02dbc8ee4a30350d4239ad",
        "0x8c2d16b7f6d3f989eb4878ecf13d695a7d504e43",
        "0x8ca1d047541fe183ae7b5d80766ec6d5ceeb942a",
        "0xa7a37ae5cb163a3147de83f15e15d8e5f94d6bce",
        "0xb4ebc2c371182deea04b2264b9ff5ac4f0159c69",
        "0xc66583dd4e25b3cfc8d881f6dbad8288c7f5fd30",
        "0xc80090aa05374d336875907372ee4ee636cbc562",
        "0xc97f3fd224d90609831a2b74b46642ac43afe5ee",
        "0xcba1fe4fdbd90531efd929f1a1831f38e91cff1e",
        "0xcf45563514a24b10563ac0c9feccd3476b00df45",
        "0xcffa068f1e44d98d3753966ebd58d4cfe3bb5162",
        "0xde74b6c547bd574c3527316a2ee30cd8f6041525",
        "0xe7b69a17b3531d01fcead66faf7d9f7655469267",
    }
)

SIGNS: Final = JARS


def recognise(view: ActivityView) -> Recognised | None:
    """The shape of every vault, where one of the jars has it."""
    if view.activity.network != "eip155:1":
        return None
    events = silent(view, JARS, NAME)
    return Recognised(events) if events else None
