"""Airdrops by their contracts: a view in; tokens handed out, bought at a right, redeemed out.

A contract that pays out nothing but one airdrop is known by its address; what it logs differs from
one to the next. Sources: each project's list of contracts (docs.uniswap.org, docs.1inch.io,
docs.ens.domains, docs.optimism.io, docs.arbitrum.foundation, docs.lido.fi, docs.cow.fi,
curve.readthedocs.io, docs.convexfinance.com, github.com/gitcoinco/governance,
github.com/staking-foundation, blog.shutter.network, docs.eigenfoundation.org, scroll.io,
github.com/Steemhunt/mint.club-v2-contract, degen.tips, WalletConnect/contracts, Airdrop.sol).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of, erc20
from ledger.model.event import Event
from ledger.protocols._legs import by_place, exact
from ledger.shapes import ActivityView, Recognised, address_in, event, logs_with, number_in

NAME: Final = "airdrops"
#: After those who read what a claim cost.
RANK: Final = 2

#: HasClaimed(address recipient, uint256 amount) of Arbitrum's TokenDistributor (ArbitrumFoundation/
#: governance, TokenDistributor.sol) and its copies, recipient indexed.
HAS_CLAIMED: Final = "0x8629b200ebe43db58ad688b85131d53251f3f3be4c14933b4641aeebacf1c08c"
#: TokensClaimed(address account, uint256 amount) of many token distributors, account indexed.
TOKENS_CLAIMED: Final = "0x896e034966eaaf1adc54acc0f257056febbd300c9e47182cf761982cf1f5e430"
#: AirdropRewardsClaim(address user, uint256 amount) of LooksRare's contract, user indexed.
AIRDROP_REWARDS_CLAIM: Final = "0x19552fadade1a47d8fa44f6487230cfff67275de6e68fbfba65171532768fd7d"

_CLAIMS: Final = (HAS_CLAIMED, TOKENS_CLAIMED, AIRDROP_REWARDS_CLAIM)

#: (network, contract) → project
DISTRIBUTORS: Final = {
    ("eip155:1", "0x090d4613473dee047c3f2706764f49e0821d256e"): "uniswap",
    ("eip155:1", "0xe295ad71242373c37c5fda7b57f26f9ea1088afe"): "1inch",
    ("eip155:1", "0xc18360217d8f7ab5e7c516566761ea12ce7f9d72"): "ens",
    ("eip155:1", "0x394dcfbcf25c5400fcc147ebd9970ed34a474543"): "badger",
    ("eip155:1", "0x61a1f84f12ba9a56c22c31ddb10ec2e2ca0cebcf"): "frax",
    ("eip155:1", "0x2e088a0a19dda628b4304301d1ea70b114e4accd"): "convex",
    ("eip155:1", "0x4b3edb22952fb4a70140e39fb1add05a6b49622b"): "lido",
    ("eip155:1", "0x3efa30704d2b8bbac821307230376556cf8cc39e"): "tornado_cash",
    ("eip155:1", "0x090e53c44e8a9b6b1bca800e881455b921aec420"): "paraswap",
    ("eip155:1", "0x777e2b2cc7980a6bac92910b95269895eef0d2e8"): "diva",
    ("eip155:1", "0x024574c4c42c72dfaaa3cca80f73521a4ef5ca94"): "shutter",
    ("eip155:1", "0x6081d7f04a8c31e929f25152d4ad37c83638c62b"): "fluence",
    ("eip155:1", "0xd057b63f5e69cf1b929b356b579cba08d7688048"): "cowswap",
    ("eip155:100", "0xc20c9c13e853fc64d054b73ff21d3636b2d97eab"): "cowswap",
    ("eip155:1", "0xde3e5a990bce7fc60a6f017e7c4a95fc4939299e"): "gitcoin",
    ("eip155:1", "0x025c6da5bd0e6a5dd1350fda9e3b6a614b205a1f"): "apecoin",
    ("eip155:1", "0xf2d15c0a89428c9251d71a0e29b39ff1e86bce25"): "blur",
    ("eip155:1", "0xb38283cb75faabb384c22f97c633606265ddf093"): "blur",
    ("eip155:1", "0xa35dce3e0e6ceb67a30b8d7f4aee721c949b5970"): "looksrare",
    ("eip155:1", "0xf532a5a35007804a9ca79e7fa15d8f648f6d7f28"): "eigenlayer",
    ("eip155:1", "0xa105c3abedbaf4295ac6149bf24d5311f629934c"): "eigenlayer",
    ("eip155:10", "0xfedfaf1a10335448b7fa0268f56d2b44dbd357de"): "optimism",
    ("eip155:10", "0xfb4d5a94b516df77fbdbcf3cfeb262baaf7d4db7"): "optimism",
    ("eip155:10", "0x9a69d97a451643a0bb4462476942d2bc844431ce"): "optimism",
    ("eip155:42161", "0x67a24ce4321ab3af51c2d0a4801c3e111d88c9d9"): "arbitrum",
    ("eip155:534352", "0xe8be8eb940c0ca3bd19d911cd3bebc97bea0ed62"): "scroll",
    ("eip155:534352", "0x3b04f9398ce7aba9e34a789dc5632002a3dc9953"): "scroll",
    ("eip155:1", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:10", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:42161", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:137", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:56", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:8453", "0x1349a9ddee26fe16d0d44e35b3cb9b0ca18213a4"): "mint_club",
    ("eip155:8453", "0xa2a5c549a454a1631ff226e0cf8dc4af03a61a75"): "degen",
    ("eip155:8453", "0x88d42b6dbc10d2494a0c6c189cefc7573a6dce62"): "degen",
    ("eip155:8453", "0x0bf676823f958d0ae6af9860880fc7a327a0c582"): "degen",
    **{
        ("eip155:1", contract): "shapeshift"
        for contract in (
            "0x91b9a78658273913bf3f5444cb5f2592d1123ea7",
            "0xb90381dae1a72528660278100c5aa44e1108cef7",
            "0x7bc08798465b8475db9bca781c2fd6063a09320d",
            "0xd28b7ca9c6bf8bb82ea3d7f9948304f7c0b4e907",
            "0xcd966f6f78100cb9e02724bb6a82081d078cc37a",
            "0xa6c22196309ef252232a0c62951fcec1fe3b26fb",
            "0xa4a3603000f5495f924a5c474af67622b6b9c8fa",
            "0xf4bbe639cced35210da2018b0a31f4e1449b2a8a",
            "0x164d113f46676ca92d54537ac5af10ac20940b94",
            "0x02ffdc5bfabe5c66be067ff79231585082ca5fe2",
            "0xd1fa5aa6ad65ed6fea863c2e7fb91e731dcd559f",
            "0x01f89eb04481052a75d32d726cc5b6b2f567001d",
            "0x2977f92d5baddfb411beb642f97d125aa55c000a",
            "0xe099e688d12dbc19ab46d128d1db297575474a0d",
            "0x0dcdc346adf5a808f8e683c31ba89fa6c6e5775d",
            "0x4c20cdadbcae364edc03e2b90f09eb97d08ce3c8",
        )
    },
}
#: (network, contract) → (project, its token): a reserve pays what the contract logs as claimed.
FROM_RESERVE: Final = {
    ("eip155:10", "0x4ee97a759aaca2edf9c1445223b6cd17c2ed3fb4"): (
        "walletconnect",
        "0xef4461891dfb3ac8572ccf7c794664a8dd927945",
    ),
}
#: (network, called contract) → (who it hands out for, project): tokens that came without a claim.
HANDED_OUT: Final = {
    ("eip155:10", contract): ("0x2501c477d0a35545a387aa4a3eee4292a9a8b3f0", "optimism")
    for contract in (
        "0xbe9a9b1b07f027130e56d8569d1aea5dd5a86013",
        "0x53466d3cabb3b59aa6065fd732672d68f191efc0",
        "0x4bd927e14f828e5862f166919fd5091da6ae44c0",
    )
}

SIGNS: Final = frozenset(
    {
        *_CLAIMS,
        *(place for _, place in (*DISTRIBUTORS, *FROM_RESERVE)),
        *(place for _, place in HANDED_OUT),
        *(giver for giver, _ in HANDED_OUT.values()),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """What known distributors paid out, and claims of others that log like Arbitrum's."""
    events = _handed_out(view)
    network = view.activity.network
    for (where, contract), project in DISTRIBUTORS.items():
        if where == network:
            events += _distributed(view.without(events), contract, project)
    for topic in _CLAIMS:
        for log in logs_with(view.activity, topic, 2, 1):
            events += _claimed(view.without(events), log)
    return Recognised(events) if events else None


def _distributed(view: ActivityView, contract: str, project: str) -> tuple[Event, ...]:
    """A claim; with a payment the right to buy was exercised; a token given back is redeemed."""
    legs = by_place(view, contract)
    came = [leg for leg in legs if leg.quantity > 0]
    left = [leg for leg in legs if leg.quantity < 0]
    if not came:
        return ()
    if not left:
        return (event(view, "airdrop", came, project),)
    voucher = all(contract_of(leg.asset) == contract for leg in left)
    return (event(view, "unwrap" if voucher else "option_exercise", legs, project),)


def _handed_out(view: ActivityView) -> tuple[Event, ...]:
    giver, project = HANDED_OUT.get((view.activity.network, view.called), ("", ""))
    came = [leg for leg in view.legs if leg.counterparty == giver and leg.quantity > 0]
    return (event(view, "airdrop", came, project),) if came else ()


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A leg of just the claimed size that the contract paid to the owned account it names."""
    if not view.acts or address_in(log.topics, 1) not in view.owned:
        return ()
    project, token = FROM_RESERVE.get((view.activity.network, log.address), (NAME, ""))
    if token:
        came = exact(view, number_in(log, 0), asset=erc20(view.activity.network, token))
    else:
        came = exact(view, number_in(log, 0), other={log.address})
    return (event(view, "airdrop", came, project),) if came else ()
