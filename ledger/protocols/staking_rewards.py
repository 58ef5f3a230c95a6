"""Contracts that keep a token and pay rewards: a view in; stakes, withdrawals and rewards out.

Sources: Synthetix, contracts/interfaces/IStakingRewards.sol and StakingRewards.sol, whose logs most
gauges and reward pools have copied; uniswap/merkle-distributor, IMerkleDistributor.sol, for claims;
curve-dao-contracts, VotingEscrow.vy and FeeDistributor.vy, for locks; EIP-900 for simple staking.

Its names are those of the table below where a contract is known, else the plug-in's own.
"""

from collections import Counter
from collections.abc import Collection
from functools import partial
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, contract_of, native
from ledger.model.event import Event, Leg
from ledger.protocols._stakes import COIN, Says, Table, keeps_for_us, staked
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "staking_rewards"
#: A position, but after the protocols that know their own: many have contracts of these shapes.
RANK: Final = 15

#: Staked(address user, uint256 amount), Withdrawn(address user, uint256 amount) and
#: RewardPaid(address user, uint256 reward); user indexed.
STAKED: Final = "0x9e71bc8eea02a63969f509818f2dafb9254532904319f9dbda79b67bd34a5f3d"
WITHDRAWN: Final = "0x7084f5476618d8e60b11ef0d7d3f06914655adb8793e28ff7f018d4c76d505d5"
REWARD_PAID: Final = "0xe2403640ba68fed3a2f88b7557551d1993f84b99bb10ff833f0cf8db0c5e0486"
#: RewardPaid(address user, address rewardsToken, uint256 reward) of pools with several rewards;
#: user and token indexed.
REWARD_PAID_IN: Final = "0x540798df468d7b23d11f156fdb954cb19ad414d150722a7b6d55ba369dea792e"
#: Claimed(uint256 index, address account, uint256 amount) of a distributor, nothing indexed; and
#: Claimed(address account, uint256 amount), Claim(address account, uint256 amount), account
#: indexed, of those that came after it.
CLAIMED_BY_INDEX: Final = "0x4ec90e965519d92681267467f775ada5bd214aa92c0dc93d90a5e880ce9ed026"
CLAIMED: Final = "0xd8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a"
CLAIM: Final = "0x47cee97cb7acd717b3c0aa1435d004cd5b3c8c57d70dbceb4e4458bbd60e39d4"
#: Claimed(address user, address token, uint256 amount) of distributors of several tokens, user and
#: token indexed (AngleProtocol/merkl-contracts, Distributor.sol; morpho-org/universal-rewards-
#: distributor, EventsLib.sol), or the token first (pendle-core-v2-public, merkle distributors).
CLAIMED_TOKEN: Final = "0xf7a40077ff7a04c7e61f6f26fb13774259ddf1b6bce9ecf26a8276cdd3992683"
#: Claimed(address token, uint256 index, uint256 amount, address account, uint256 update); token,
#: account and update indexed (oo-00/Votium, MultiMerkleStash.sol; StakeDAO has copied it).
CLAIMED_UPDATE: Final = "0x4766921f5c59646d22d7d266a29164c8e9623684d8dfdbd931731dfdca025238"
#: Claimed(address recipient, uint256 amount, uint256 claim_epoch, uint256 max_epoch) of what locks
#: earn; recipient indexed.
CLAIMED_EPOCH: Final = "0x9cdcf2f7714cca3508c7f0110b04a90a80a3a8dd0e35de99689db74d28c5383e"
#: RewardClaimed(address user, address token, uint256 amount) of stakes with several rewards, and of
#: bribes RewardClaimed(bytes32 identifier, address token, address account, uint256 amount), of the
#: first version with uint256 updateCount behind; all but the numbers indexed (Hidden Hand,
#: RewardDistributor.sol; IHHRewardDistributor.sol as Badger has it). Coin is named by its vault.
REWARD_CLAIMED_IN: Final = "0x0aa4d283470c904c551d18bb894d37e17674920f3261a7f854be501e25f421b7"
#: RewardsClaimed(address user, address[] tokens, uint256[] amounts), user indexed (stargate-v2,
#: IMultiRewarder.sol, and others).
REWARDS_LISTED: Final = "0xc53cb8bc1a7200a84d0b66a538905a245c4915aace7f1ce5dc4a0ba107ebc15c"
BRIBE_CLAIMED: Final = "0x5eb306c17229e0da0cbf33aae2020ca276e63db4818b8060786e49ae51623110"
BRIBE_CLAIMED_FIRST: Final = "0xe97327a75925a1929d8a2cc8d1344ac8e15a997f071c43097349293d970929ab"
#: RewardClaimed(address user, uint256 amount), RewardsClaimed(address user, uint256 amount) and
#: Harvest(address user, uint256 amount), user indexed, as staking contracts name what they pay.
REWARD_CLAIMED: Final = "0x106f923f993c2149d49b4255ff723acafa1f2d94393f561d3eda32ae348f7241"
REWARDS_CLAIMED: Final = "0xfc30cddea38e2bf4d6ea7d3f9ed3b6ad7f176419f4963bd81318067a4aee73fe"
HARVEST: Final = "0xc9695243a805adb74c91f28311176c65b417e842d5699893cef56d18bfa48cba"
#: OnRewarded(address user, uint256 amount), user indexed, of contracts that pay beside a farm
#: (woonetwork, IRewarder.sol).
ON_REWARDED: Final = "0x924cd60a7c2792f23ac2090237adb3996092fac4be3644cfdc271064f53b5704"
#: Deposit(address provider, uint256 value), Withdraw(address provider, uint256 value) of Curve's
#: gauges (curve-dao-contracts, LiquidityGauge.vy), provider indexed; and of SushiSwap's MasterChef
#: Deposit(address user, uint256 pid, uint256 amount), Withdraw of the same shape, the first two
#: indexed.
GAUGE_DEPOSIT: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
GAUGE_WITHDRAW: Final = "0x884edad9ce6fa2440d8a54cc123490eb96d2768479d49ff9c7366125a9424364"
CHEF_DEPOSIT: Final = "0x90890809c654f11d6e72a28fa60149770a0d11ec6c92319d6ceb2bb0a4ea1a15"
CHEF_WITHDRAW: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: The same of its second version with the receiver, Deposit(address user, uint256 pid, uint256
#: amount, address to), Withdraw of the same shape, and Harvest(address user, uint256 pid, uint256
#: amount); all but the amounts indexed (sushiswap, MasterChefV2.sol).
CHEF_DEPOSIT_TO: Final = "0x02d7e648dd130fc184d383e55bb126ac4c9c60e8f94bf05acdf557ba2d540b47"
CHEF_WITHDRAW_TO: Final = "0x8166bf25f8a2b7ed3c85049207da4358d16edbed977d23fa2ee6f0dde3ec2132"
CHEF_HARVEST: Final = "0x71bab65ced2e5750775a0613be067df48ef06cf92a496ebf7663ae0660924954"
#: Deposit(address provider, uint256 value, uint256 locktime, int128 type, uint256 ts) of a lock for
#: votes, provider and locktime indexed; its Withdraw(address provider, uint256 value, uint256 ts)
#: has the topic of MasterChef's.
LOCK_DEPOSIT: Final = "0x4566dfc29f6f11d13a418c26a02bef7c28bae749d4de47e4e6a7cddea6730d59"
#: Staked(address user, uint256 amount, uint256 total, bytes data), Unstaked of the same shape; user
#: indexed (EIP-900).
STAKED_TOTAL: Final = "0xc65e53b88159e7d2c0fc12a0600072e28ae53ff73b4c1715369c30f160935142"
UNSTAKED_TOTAL: Final = "0xaf01bfc8475df280aca00b578c4a948e6d95700f0db8c13365240f7f973c8754"
#: Words that staking contracts and locks have for (address user, uint256 amount), user indexed.
DEPOSITED: Final = "0x2da466a7b24304f47e87fa2e1e5a81b9831ce54fec19055ce277ca2f39ba42c4"
STAKE: Final = "0xebedb8b3c678666e7f36970bc8f57abf6d8fa2e828c0da91ea5b75bf68ed101a"
UNSTAKE: Final = "0x85082129d87b2fe11527cb1b3b7a520aeb5aa6913f88a3d8757fe40d1db02fdd"
UNSTAKED: Final = "0x0f5bb82176feb1b5e747e28471aa92156a04d9f3ab9f45f28e2d704232b93f75"
LOCKED: Final = "0x9f1ec8c880f76798e7b793325d625e9b60e4082a553c98f42b6cda368dd60008"
UNLOCKED: Final = "0x0f0bc5b519ddefdd8e5f9e6423433aa2b869738de2ae34d58ebc796fc749fa0d"
#: Deposit(address sender, uint256 amount, uint256 shares, uint256 lastDepositedTime) of vaults that
#: put in again what they earn and give no token, and with uint256 duration before the time where
#: what is put in can be locked; sender indexed (pancakeswap, CakeVault.sol and CakePool.sol). Their
#: Withdraw(address sender, uint256 amount, uint256 shares) has the topic of MasterChef's.
POOL_DEPOSIT: Final = "0x36af321ec8d3c75236829c5317affd40ddb308863a1236d2d277a4025cccee1e"
POOL_DEPOSIT_FOR: Final = "0x7162984403f6c73c8639375d45a9187dfd04602231bd8e587c415718b5f7e5f9"

#: Claimed(uint256 questID, uint256 period, uint256 index, uint256 amount, address rewardToken,
#: address account); questID, period and account indexed (PaladinFinance/Paladin-Quest,
#: MultiMerkleDistributor.sol).
CLAIMED_QUEST: Final = "0x9a5376f7dcf8631c2b6249c9bec3d715cb97bdd4c82d92e55d147f6b4eea4197"
#: TokensClaimed(address user, address token, uint256 amount, uint256 userTokenTimeCursor) of what
#: locks of BAL earn, nothing indexed (balancer-v2-monorepo, IFeeDistributor.sol); of campaigns
#: TokensClaimed(bytes16 id, address claimer, uint256 amountClaimed, uint256 amountRemaining), id
#: and claimer indexed (hedgey-finance/Locked_VestingTokenPlans, ClaimCampaigns.sol), and of those
#: that can be delegated UnlockedTokensClaimed of the same shape (DelegatedClaimCampaigns.sol).
CLAIMED_FEES: Final = "0xff097c7d8b1957a4ff09ef1361b5fb54dcede3941ba836d0beb9d10bec725de6"
CLAIMED_CAMPAIGN: Final = "0x18ee3c31d4863a37e1b4563022fa292ed3f955a41fe1e49a2e8da1b986430e20"
CLAIMED_UNLOCKED: Final = "0xeda9c5842f9de63a524e4bafcab717969b8cfdb8bbd1533e39497520dbc11275"
#: Claimed(uint256 epoch, address account, address token, uint256 amount), all but the amount
#: indexed: a purse of the project pays (sparkdotfi/spark-rewards, SparkRewards.sol).
CLAIMED_OF_EPOCH: Final = "0xce3bcb6e219596cf26007ffdfaae8953bc3f76e3f36c0a79b23e28020da3222e"
#: Deposit(address user, address token, uint256 amount, uint32 batchId), Withdraw(address user,
#: address token, uint256 amount) of the exchange by batches before CoW; user and token indexed
#: (gnosis/dex-contracts, EpochTokenLocker.sol).
BATCH_DEPOSIT: Final = "0xc11cc34e93c67a93382b99f2498e9937198798f3c1c2888008ffc0eeb82f68c4"
BATCH_WITHDRAW: Final = "0x9b1bfa7fa9ee420a16e124f794c35ac9f90472acc99140eb2f6447c714cad8eb"
#: ShareMinted(uint256 validatorId, address user, uint256 amount, uint256 tokens),
#: DelegatorClaimedRewards(uint256 validatorId, address user, uint256 rewards), all but tokens
#: indexed; DelegatorUnstaked(uint256 validatorId, address user, uint256 amount) and
#: DelegatorUnstakeWithId with uint256 nonce behind, the first two indexed (maticnetwork/contracts,
#: StakingInfo.sol, which logs for all validators and holds nothing).
DELEGATED: Final = "0xc9afff0972d33d68c8d330fe0ebd0e9f54491ad8c59ae17330a9206f280f0865"
DELEGATE_PAID: Final = "0x31d1715032654fde9867c0f095aecce1113049e30b9f4ecbaa6954ed6c63b8df"
UNDELEGATED: Final = "0x770c7c7d8e20347e5080e2ac70e8519793bedaff621f044396fd8d6d052c4aa8"
UNDELEGATED_BY_NUMBER: Final = "0x7beb9bef91040fcf7607c78d4fc668370a9036788d7e6f202a4a2db5b0c28c80"
STAKING_INFO: Final = "0xa59c847bd5ac0172ff4fe912c5d29e5a71a7512b"
#: BondDepositedETH(uint256 nodeOperatorId, address from, uint256 amount), BondDepositedStETH and
#: BondDepositedWstETH, BondClaimedStETH(uint256 nodeOperatorId, address to, uint256 amount) and
#: BondClaimedWstETH; nodeOperatorId indexed (lidofinance/community-staking-module, CSBondCore.sol).
BONDED: Final = (
    "0x16ec5116295424dec7fd52c87d9971a963ea7f59f741ad9ad468f0312055dc49",
    "0xee31ebba29fd5471227e42fd8ca621a892d689901892cb8febb03fe802c3214b",
    "0x6576bbc9c5b478bf9717dc3d2bcb485e5ff0727df77c72558727597f3609d3f1",
)
BOND_CLAIMED: Final = (
    "0x3e3a1398fe71575ed0c17a80cd9d46ad684c2c75c2fad7b0e7dde15e78ab22d3",
    "0xe6a8c06447e05a412e5e9581e088941f3994db3d8a9bfd3275b38d77acacafac",
)
#: Where coin is bonded its module takes it, and the accounting logs (docs.lido.fi, deployed).
BOND_ACCOUNTING: Final = "0x4d72bff1beac69925f8bd12526a39baab069e5da"

_STAKE: Final = Says("stake", 2, 1, common=True)
_UNSTAKE: Final = Says("unstake", 2, 1, common=True)
_REWARD: Final = Says("reward", 2, 1, common=True)

#: Stakes stand before withdrawals, and these before rewards. Coin is never taken where a log's name
#: is one that others use too: it is as often a stake that comes back.
READ: Final[Table] = {
    STAKED: (Says("stake", 2, 1),),
    WITHDRAWN: (Says("unstake", 2, 1),),
    REWARD_PAID: (Says("reward", 2, 1),),
    REWARD_PAID_IN: (Says("reward", 3, 1, token=-2),),
    GAUGE_DEPOSIT: (_STAKE,),
    GAUGE_WITHDRAW: (_UNSTAKE,),
    CHEF_DEPOSIT: (Says("stake", 3, 1, pool=-2, common=True),),
    CHEF_WITHDRAW: (
        Says("unstake", 3, 1, pool=-2, common=True),
        Says("unstake", 2, 2, common=True),
    ),
    CHEF_DEPOSIT_TO: (Says("stake", 4, 1, user=-3, pool=-2, common=True),),
    CHEF_WITHDRAW_TO: (Says("unstake", 4, 1, user=-3, pool=-2, common=True),),
    LOCK_DEPOSIT: (Says("stake", 3, 3, common=True),),
    BATCH_DEPOSIT: (Says("stake", 3, 2, token=-2, pool=-2),),
    BATCH_WITHDRAW: (Says("unstake", 3, 1, token=-2, pool=-2),),
    DELEGATED: (Says("stake", 4, 1, user=-2, amount=-3, pool=-1),),
    **dict.fromkeys(
        (UNDELEGATED, UNDELEGATED_BY_NUMBER), (Says("unstake", 3, 1, user=-2, pool=-1),)
    ),
    **dict.fromkeys(BONDED, (Says("stake", 2, 2, user=0, amount=1, pool=-1),)),
    **dict.fromkeys(BOND_CLAIMED, (Says("unstake", 2, 2, user=0, amount=1, pool=-1),)),
    STAKED_TOTAL: (Says("stake", 2, 3, common=True),),
    UNSTAKED_TOTAL: (Says("unstake", 2, 3, common=True),),
    **dict.fromkeys((DEPOSITED, STAKE, LOCKED), (_STAKE,)),
    **dict.fromkeys((UNSTAKE, UNSTAKED, UNLOCKED), (_UNSTAKE,)),
    CHEF_HARVEST: (Says("reward", 3, 1, common=True),),
    CLAIMED_TOKEN: (
        Says("reward", 3, 1, token=-2),
        Says("reward", 3, 1, user=-2, token=-1),
    ),
    DELEGATE_PAID: (Says("reward", 4, 0, user=-2, amount=-3),),
    CLAIMED_FEES: (Says("reward", 1, 4, user=0, amount=2, token=1),),
    **dict.fromkeys(
        (CLAIMED_CAMPAIGN, CLAIMED_UNLOCKED), (Says("airdrop", 3, 2, user=-2, common=True),)
    ),
    CLAIMED_OF_EPOCH: (Says("reward", 4, 1, user=-2, token=-3),),
    REWARD_CLAIMED_IN: (Says("reward", 3, 1, token=-2),),
    BRIBE_CLAIMED: (Says("reward", 4, 1, user=-3, token=-2),),
    BRIBE_CLAIMED_FIRST: (Says("reward", 4, 2, user=-3, token=-2),),
    CLAIMED_QUEST: (Says("reward", 4, 3, user=-3, amount=1, token=2),),
    CLAIMED_UPDATE: (Says("reward", 4, 2, user=-2, amount=1, token=-1),),
    CLAIMED_EPOCH: (Says("reward", 2, 3, common=True),),
    **dict.fromkeys((REWARD_CLAIMED, REWARDS_CLAIMED, HARVEST, ON_REWARDED), (_REWARD,)),
    **dict.fromkeys((CLAIMED, CLAIM), (Says("airdrop", 2, 1, common=True),)),
    CLAIMED_BY_INDEX: (Says("airdrop", 1, 3, user=1, amount=2, common=True),),
}

#: Of contracts whose own token does not move: those that give one are vaults.
POOLS: Final[Table] = {
    POOL_DEPOSIT: (Says("stake", 2, 3, common=True),),
    POOL_DEPOSIT_FOR: (Says("stake", 2, 4, common=True),),
}

#: Contract → the protocol that it is of. Merkl has one distributor on all networks (docs.merkl.xyz,
#: smart contracts); Morpho's and Votium's from docs.morpho.org and docs.votium.app; the drops of
#: EIGEN from docs.eigenfoundation.org; Spark's from sparkdotfi/spark-address-registry; those of
#: Hidden Hand from its lists of rewards and DefiLlama's adapter; Hedgey's of claims that can be
#: delegated from Puffer's. Curve's are of `curve_dao`, which is asked before.
KNOWN: Final = {
    **dict.fromkeys(
        (
            "0x9107f5f940226a9f21433f373a4f938228d20e1a",
            "0xcba0c0a2a0b6bb11233ec4ea85c5bffea33e724d",
            "0x7ac96180c4d6b2a328d3a19ac059d0e7fc3c6d41",
            "0xe9eae48ed66c63fd4d12e315bc7d31aacd89a909",
            "0xbaf21a27622db71041bd336a573ddedc8eb65122",
        ),
        "spark",
    ),
    "0x3ef3d8ba38ebe18db133cec108f4d14ce00dd9ae": "merkl",
    "0x330eefa8a787552dc5cad3c3ca644844b1e61ddb": "morpho",
    "0x5400dbb270c956e8985184335a1c62aca6ce1333": "morpho",
    "0x678ddc1d07eaa166521325394cdeb1e4c086df43": "morpho",
    "0x378ba9b73309be80bf4c2c027aad799766a7ed5a": "votium",
    "0x8edcfe9bc7d2a735117b94c16456d8303777abbb": "paladin",
    "0x6f400810b62df8e13fded51be75ff5393eaa841f": "dxdao_mesa",
    "0x25b06305cc4ec6afcf3e7c0b673da1ef8ae26313": "dxdao_mesa",
    "0xc2edad668740f1aa35e4d8f227fb8e17dca888cd": "sushiswap",  # MasterChef
    "0xef0881ec094552b2e128cf945ef17a6752b4ec5d": "sushiswap",  # and its second version
    "0x73feaa1ee314f8c655e354234017be2193c9e24e": "pancakeswap",  # MasterChef on BNB Smart Chain
    "0xa5f8c5dbd5f286960b9d90548680ae5ebff07652": "pancakeswap",  # and its second version
    "0xd3cf852898b21fc233251427c2dc93d3d604f3bb": "balancer",
    "0x26743984e3357efc59f2fd6c1afdc310335a61c9": "balancer",
    STAKING_INFO: "polygon",
    BOND_ACCOUNTING: "lido_csm",
    "0x035bdaeab85e47710c27eda7fd754ba80ad4ad02": "eigenlayer",
    "0xf532a5a35007804a9ca79e7fa15d8f648f6d7f28": "eigenlayer",
    "0xa105c3abedbaf4295ac6149bf24d5311f629934c": "eigenlayer",
    "0x5ae97e4770b7034c7ca99ab7edc26a18a23cb412": "hedgey",
    **dict.fromkeys(
        "0x0b139682d5c9df3e735063f46fb98c689540cf3a 0xa9b08b4ceec1ef29edec7f9c94583270337d6416"
        " 0x7354bb6842e421773e7b78f8875a1b85991677c0 0x0a390de04b7717b078cf5c8a7eb891130d4a843b"
        " 0x9a66b0f857d15de7acc9f524f60b9e3503d7c105"
        " 0x833a79e66d2ce0d5f5fdf8d213c9c02192cdf999".split(),
        "hidden_hand",
    ),
    "0xec2432a227440139ddf1044c3fea7ae03203933e": "blur",
}

VOUCHED: Final = frozenset({STAKING_INFO, BOND_ACCOUNTING})

SIGNS: Final = frozenset({*READ, *POOLS, *KNOWN, REWARDS_LISTED})


def recognise(view: ActivityView) -> Recognised | None:
    """What contracts of these shapes said of the fund, each with a leg of just that size."""
    own = {contract_of(leg.asset) for leg in view.legs}
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for table, apart in ((READ, frozenset[str | None]()), (POOLS, own)):
        found = staked(view.without(events), table, partial(_named, apart), KNOWN)
        if found is not None:
            events, facts = events + found.events, facts + found.assets
    for log in logs_with(view.activity, REWARDS_LISTED, 2, 4) if view.acts else ():
        events += _listed(view.without(events), log)
    events += _harvested(view.without(events))
    events += _beside(view, view.without(events))
    return Recognised(events, facts) if events else None


def _listed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a contract paid of each token in the size that its log lists for an owned user."""
    coin, listed = native(view.activity.network), Counter(_lists(log))
    legs = list[Leg]()
    for leg in view.legs:
        contract = contract_of(leg.asset) or (ZERO_ADDRESS if leg.asset == coin else "")
        told = (contract, leg.quantity)
        if leg.counterparty == log.address and listed[told] > 0:
            listed[told] -= 1
            legs.append(leg)
    ours = address_in(log.topics, 1) in view.owned
    return (event(view, "reward", legs, _name(log)),) if legs and ours else ()


def _lists(log: Log) -> list[tuple[str, int]]:
    """Tokens and amounts of two arrays side by side; none where they are not of one length."""
    end = (len(log.data) - 2) // 64
    starts = [number_in(log, place) // 32 for place in (0, 1)]
    if max(starts) >= end:
        return []
    sizes = {number_in(log, start) for start in starts}
    size = min(sizes)
    if len(sizes) > 1 or max(starts) + size >= end:
        return []
    places = range(1, size + 1)
    tokens = [word_address(log, starts[0] + place) for place in places]
    named = [ZERO_ADDRESS if token in COIN else token for token in tokens]
    return list(zip(named, [number_in(log, starts[1] + place) for place in places], strict=True))


def _harvested(view: ActivityView) -> tuple[Event, ...]:
    """What farms of MasterChef's kind pay at each step without a word: all that came beside it.

    The fund called the farm, and all of the stake that the log tells moved as it says; nothing of
    the stake is a reward where a fee was kept of it, nor what was made for one that was put in.
    """
    rest = [leg for leg in view.legs if contract_of(leg.asset) and not is_non_fungible(leg.asset)]
    if not view.acts or not rest or len(rest) < len(view.legs):
        return ()
    steps = [
        log
        for topic in (CHEF_DEPOSIT, CHEF_WITHDRAW)
        for log in logs_with(view.activity, topic, 3, 1)
        if log.address == view.called and address_in(log.topics, 1) in view.owned
    ]
    told = steps and all(_moved(view, log) for log in steps)
    puts = any(number_in(log, 0) and log.topics[0] == CHEF_DEPOSIT for log in steps)
    made = any(leg.counterparty == ZERO_ADDRESS for leg in rest)
    if not told or (puts and made) or any(leg.quantity < 0 for leg in rest):
        return ()
    return (event(view, "reward", rest, _name(steps[0])),)


def _beside(view: ActivityView, rest: ActivityView) -> tuple[Event, ...]:
    """What a pool of one stake, or a gauge, pays at each step without a word: all that is left.

    The fund called it, and the books know a stake with it, or its own token moved. It gave all that
    is left itself; the same as was put in is rather what it did not take.
    """
    steps = [
        log
        for topic in (GAUGE_DEPOSIT, GAUGE_WITHDRAW)
        for log in logs_with(view.activity, topic, 2, 1)
        if log.address == view.called and address_in(log.topics, 1) in view.owned
    ]
    if not view.acts or len(steps) != 1 or len(steps[0].topics) != 2:
        return ()
    pool, moved = steps[0].address, bool(number_in(steps[0], 0))
    known = any(contract_of(leg.asset) == pool for leg in view.legs) or keeps_for_us(view, pool)
    told = moved == (len(rest.legs) < len(view.legs))
    put_in = {leg.asset for leg in view.legs if leg.quantity < 0}
    paid = all(
        leg.quantity > 0
        and leg.counterparty == pool
        and contract_of(leg.asset) not in {None, pool}
        and leg.asset not in put_in
        and not is_non_fungible(leg.asset)
        for leg in rest.legs
    )
    if not rest.legs or not (known and told and paid):
        return ()
    return (event(view, "reward", rest.legs, _name(steps[0])),)


def _moved(view: ActivityView, log: Log) -> bool:
    """Whether the stake of a log is none, or was handed over in that size."""
    amount, put_in = number_in(log, 0), log.topics[0] == CHEF_DEPOSIT
    return not amount or any(
        one.quantity == amount
        and (one.recipient if put_in else one.sender) == log.address
        and (one.sender if put_in else one.recipient) in view.owned
        for one in view.activity.transfers
    )


def _name(log: Log) -> str:
    return KNOWN.get(log.address, NAME)


def _named(apart: Collection[str | None], log: Log) -> str | None:
    """Whose a log is; nobody's of a contract that is left to others."""
    return None if log.address in apart else _name(log)
