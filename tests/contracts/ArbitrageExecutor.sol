// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {IERC20} from "./Token.sol";
import {IWrappedNative} from "./WrappedNative.sol";

interface IPairV2 {
    function token0() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
}

interface IPoolV3 {
    function token0() external view returns (address);
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
    function flash(address recipient, uint256 amount0, uint256 amount1, bytes calldata data)
        external;
}

interface ILendingPool {
    function flashLoanSimple(
        address receiverAddress,
        address asset,
        uint256 amount,
        bytes calldata params,
        uint16 referralCode
    ) external;
    function liquidationCall(
        address collateralAsset,
        address debtAsset,
        address user,
        uint256 debtToCover,
        bool receiveAToken
    ) external;
}

/// A searcher's contract: it trades along pools with its own or with borrowed tokens, pays the
/// block producer a tip in the chain's coin, keeps the profit, and reverts when there is none.
contract ArbitrageExecutor {
    /// One pool on the way. version: 2 constant product, 3 concentrated. token: what goes in.
    struct Hop {
        uint8 version;
        address pool;
        address token;
    }

    /// amount of asset goes in at the first hop; asset comes back at the last. What is left after
    /// loan, premium and (when asset is the wrapped coin) tip must be minimumProfit or more.
    struct Plan {
        address asset;
        uint256 amount;
        Hop[] hops;
        uint256 minimumProfit;
        uint256 tip;
    }

    struct Target {
        address collateral;
        address user;
    }

    /// The ends of the price range of a v3 pool: no limit.
    uint160 private constant LOWEST_PRICE = 4295128740;
    uint160 private constant HIGHEST_PRICE = 1461446703485210103287273052203988822378723970341;
    address public immutable owner;
    address public immutable wrappedNative;
    address private lender;
    address private activePool;

    constructor(address owner_, address wrappedNative_) {
        owner = owner_;
        wrappedNative = wrappedNative_;
    }

    receive() external payable {}

    modifier onlyOwner() {
        require(msg.sender == owner, "Executor: owner");
        _;
    }

    /// Round trip with the executor's own balance of plan.asset.
    function arbitrage(Plan calldata plan) external onlyOwner {
        uint256 before = IERC20(plan.asset).balanceOf(address(this));
        follow(plan.hops, plan.amount, plan.asset);
        finish(plan, before);
    }

    /// Round trip with a flash loan of plan.amount from an Aave v3 pool.
    function flashArbitrage(address pool, Plan calldata plan) external onlyOwner {
        uint256 before = IERC20(plan.asset).balanceOf(address(this));
        loan(pool, plan, Target(address(0), address(0)));
        finish(plan, before);
    }

    /// Round trip with plan.amount borrowed from a v3 pool that is none of the hops.
    function poolFlashArbitrage(address pool, Plan calldata plan) external onlyOwner {
        uint256 before = IERC20(plan.asset).balanceOf(address(this));
        bool isZero = IPoolV3(pool).token0() == plan.asset;
        lender = pool;
        IPoolV3(pool).flash(
            address(this),
            isZero ? plan.amount : 0,
            isZero ? 0 : plan.amount,
            abi.encode(plan.hops, plan.asset, plan.amount)
        );
        lender = address(0);
        finish(plan, before);
    }

    /// Liquidates target.user with a flash loan of the debt asset and sells the collateral.
    function flashLiquidate(address pool, Plan calldata plan, Target calldata target)
        external
        onlyOwner
    {
        uint256 before = IERC20(plan.asset).balanceOf(address(this));
        loan(pool, plan, target);
        finish(plan, before);
    }

    /// One way: from plan.asset to tokenOut, at least minimumOut; for the legs of a sandwich.
    function trade(Plan calldata plan, address tokenOut, uint256 minimumOut) external onlyOwner {
        uint256 out = follow(plan.hops, plan.amount, tokenOut);
        require(out >= minimumOut, "Executor: output");
        payTip(plan.tip);
    }

    function withdraw(address token, uint256 amount) external onlyOwner {
        IERC20(token).transfer(owner, amount);
    }

    function withdrawNative(uint256 amount) external onlyOwner {
        (bool sent,) = owner.call{value: amount}("");
        require(sent, "Executor: owner refuses");
    }

    function executeOperation(
        address asset,
        uint256 amount,
        uint256 premium,
        address initiator,
        bytes calldata params
    ) external returns (bool) {
        require(msg.sender == lender && initiator == address(this), "Executor: lender");
        (Hop[] memory hops, Target memory target) = abi.decode(params, (Hop[], Target));
        uint256 input = amount;
        if (target.user != address(0)) {
            IERC20(asset).approve(msg.sender, amount);
            uint256 before = IERC20(target.collateral).balanceOf(address(this));
            ILendingPool(msg.sender).liquidationCall(
                target.collateral, asset, target.user, amount, false
            );
            input = IERC20(target.collateral).balanceOf(address(this)) - before;
        }
        follow(hops, input, asset);
        IERC20(asset).approve(msg.sender, amount + premium);
        return true;
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        require(msg.sender == activePool, "Executor: pool");
        uint256 owed = uint256(amount0 > 0 ? amount0 : amount1);
        IERC20(abi.decode(data, (address))).transfer(msg.sender, owed);
    }

    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        require(msg.sender == lender, "Executor: lender");
        (Hop[] memory hops, address asset, uint256 amount) =
            abi.decode(data, (Hop[], address, uint256));
        follow(hops, amount, asset);
        IERC20(asset).transfer(msg.sender, amount + fee0 + fee1);
    }

    function loan(address pool, Plan calldata plan, Target memory target) private {
        lender = pool;
        ILendingPool(pool).flashLoanSimple(
            address(this), plan.asset, plan.amount, abi.encode(plan.hops, target), 0
        );
        lender = address(0);
    }

    function follow(Hop[] memory hops, uint256 input, address tokenOut) private returns (uint256) {
        for (uint256 i = 0; i < hops.length; i++) {
            address next = i + 1 < hops.length ? hops[i + 1].token : tokenOut;
            uint256 before = IERC20(next).balanceOf(address(this));
            if (hops[i].version == 2) swapV2(hops[i], input);
            else swapV3(hops[i], input);
            input = IERC20(next).balanceOf(address(this)) - before;
        }
        return input;
    }

    function swapV2(Hop memory hop, uint256 input) private {
        IPairV2 pair = IPairV2(hop.pool);
        bool zeroForOne = pair.token0() == hop.token;
        (uint112 reserve0, uint112 reserve1,) = pair.getReserves();
        (uint256 reserveIn, uint256 reserveOut) =
            zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        IERC20(hop.token).transfer(hop.pool, input);
        uint256 net = input * 997;
        uint256 out = (net * reserveOut) / (reserveIn * 1000 + net);
        pair.swap(zeroForOne ? 0 : out, zeroForOne ? out : 0, address(this), "");
    }

    function swapV3(Hop memory hop, uint256 input) private {
        activePool = hop.pool;
        bool zeroForOne = IPoolV3(hop.pool).token0() == hop.token;
        IPoolV3(hop.pool).swap(
            address(this),
            zeroForOne,
            int256(input),
            zeroForOne ? LOWEST_PRICE : HIGHEST_PRICE,
            abi.encode(hop.token)
        );
        activePool = address(0);
    }

    function finish(Plan calldata plan, uint256 before) private {
        payTip(plan.tip);
        uint256 left = IERC20(plan.asset).balanceOf(address(this));
        require(left >= before + plan.minimumProfit, "Executor: no profit");
    }

    /// Unwraps what the executor's own coin does not cover.
    function payTip(uint256 tip) private {
        if (tip == 0) return;
        if (address(this).balance < tip) {
            IWrappedNative(wrappedNative).withdraw(tip - address(this).balance);
        }
        (bool sent,) = block.coinbase.call{value: tip}("");
        require(sent, "Executor: producer refuses");
    }
}
