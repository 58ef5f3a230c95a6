// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC721} from "./Collection.sol";
import {IERC20} from "./Token.sol";
import {IWrappedNative} from "./WrappedNative.sol";
import {PriceMath, UniswapV3Factory, UniswapV3Pool} from "./UniswapV3.sol";

/// What router and position manager share: paying a pool with tokens or coin, and several calls in
/// one transaction.
abstract contract Periphery {
    address public immutable factory;
    address public immutable WETH9;

    constructor(address factory_, address wrappedNative) {
        factory = factory_;
        WETH9 = wrappedNative;
    }

    receive() external payable {
        require(msg.sender == WETH9, "Not WETH9");
    }

    modifier checkDeadline(uint256 deadline) {
        require(block.timestamp <= deadline, "Transaction too old");
        _;
    }

    function multicall(bytes[] calldata data) external payable returns (bytes[] memory results) {
        results = new bytes[](data.length);
        for (uint256 i = 0; i < data.length; i++) {
            (bool done, bytes memory result) = address(this).delegatecall(data[i]);
            if (!done) {
                assembly {
                    revert(add(result, 32), mload(result))
                }
            }
            results[i] = result;
        }
    }

    function unwrapWETH9(uint256 amountMinimum, address recipient) external payable {
        uint256 held = IERC20(WETH9).balanceOf(address(this));
        require(held >= amountMinimum, "Insufficient WETH9");
        if (held == 0) return;
        IWrappedNative(WETH9).withdraw(held);
        payNative(recipient, held);
    }

    function sweepToken(address token, uint256 amountMinimum, address recipient) external payable {
        uint256 held = IERC20(token).balanceOf(address(this));
        require(held >= amountMinimum, "Insufficient token");
        if (held > 0) IERC20(token).transfer(recipient, held);
    }

    function refundETH() external payable {
        if (address(this).balance > 0) payNative(msg.sender, address(this).balance);
    }

    function poolOf(address tokenA, address tokenB, uint24 fee)
        internal
        view
        returns (UniswapV3Pool)
    {
        address pool = UniswapV3Factory(factory).getPool(tokenA, tokenB, fee);
        require(pool != address(0), "No pool");
        return UniswapV3Pool(pool);
    }

    function pay(address token, address payer, address recipient, uint256 value) internal {
        if (value == 0) return;
        if (token == WETH9 && address(this).balance >= value) {
            IWrappedNative(WETH9).deposit{value: value}();
            IERC20(WETH9).transfer(recipient, value);
        } else if (payer == address(this)) {
            IERC20(token).transfer(recipient, value);
        } else {
            IERC20(token).transferFrom(payer, recipient, value);
        }
    }

    function payNative(address to, uint256 value) internal {
        (bool sent,) = to.call{value: value}("");
        require(sent, "STE");
    }
}

/// Exact-input swaps for wallets, for tokens and coin.
contract SwapRouter is Periphery {
    struct ExactInputSingleParams {
        address tokenIn;
        address tokenOut;
        uint24 fee;
        address recipient;
        uint256 deadline;
        uint256 amountIn;
        uint256 amountOutMinimum;
        uint160 sqrtPriceLimitX96;
    }

    struct Payment {
        address tokenIn;
        address tokenOut;
        uint24 fee;
        address payer;
    }

    constructor(address factory_, address wrappedNative) Periphery(factory_, wrappedNative) {}

    /// A recipient of zero is the router itself, for an unwrapping that follows in a multicall.
    function exactInputSingle(ExactInputSingleParams calldata params)
        external
        payable
        checkDeadline(params.deadline)
        returns (uint256 amountOut)
    {
        bool zeroForOne = params.tokenIn < params.tokenOut;
        uint160 limit = params.sqrtPriceLimitX96;
        if (limit == 0) {
            limit = zeroForOne
                ? 4295128740
                : 1461446703485210103287273052203988822378723970341;
        }
        address recipient = params.recipient == address(0) ? address(this) : params.recipient;
        UniswapV3Pool pool = poolOf(params.tokenIn, params.tokenOut, params.fee);
        bytes memory data =
            abi.encode(Payment(params.tokenIn, params.tokenOut, params.fee, msg.sender));
        (int256 amount0, int256 amount1) =
            pool.swap(recipient, zeroForOne, int256(params.amountIn), limit, data);
        amountOut = uint256(-(zeroForOne ? amount1 : amount0));
        require(amountOut >= params.amountOutMinimum, "Too little received");
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        Payment memory payment = abi.decode(data, (Payment));
        UniswapV3Pool pool = poolOf(payment.tokenIn, payment.tokenOut, payment.fee);
        require(msg.sender == address(pool), "Not the pool");
        pay(payment.tokenIn, payment.payer, msg.sender, uint256(amount0 > 0 ? amount0 : amount1));
    }
}

/// Each position in a pool as an ERC-721 token.
contract NonfungiblePositionManager is ERC721, Periphery {
    event IncreaseLiquidity(
        uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256 amount1
    );
    event DecreaseLiquidity(
        uint256 indexed tokenId, uint128 liquidity, uint256 amount0, uint256 amount1
    );
    event Collect(
        uint256 indexed tokenId, address recipient, uint256 amount0, uint256 amount1
    );

    struct Held {
        address token0;
        address token1;
        uint24 fee;
        int24 tickLower;
        int24 tickUpper;
        uint128 liquidity;
        uint256 growth0;
        uint256 growth1;
        uint128 owed0;
        uint128 owed1;
    }

    struct MintParams {
        address token0;
        address token1;
        uint24 fee;
        int24 tickLower;
        int24 tickUpper;
        uint256 amount0Desired;
        uint256 amount1Desired;
        uint256 amount0Min;
        uint256 amount1Min;
        address recipient;
        uint256 deadline;
    }

    struct IncreaseLiquidityParams {
        uint256 tokenId;
        uint256 amount0Desired;
        uint256 amount1Desired;
        uint256 amount0Min;
        uint256 amount1Min;
        uint256 deadline;
    }

    struct DecreaseLiquidityParams {
        uint256 tokenId;
        uint128 liquidity;
        uint256 amount0Min;
        uint256 amount1Min;
        uint256 deadline;
    }

    struct CollectParams {
        uint256 tokenId;
        address recipient;
        uint128 amount0Max;
        uint128 amount1Max;
    }

    uint256 public minted;
    mapping(uint256 => Held) private held;

    constructor(address factory_, address wrappedNative)
        ERC721("Uniswap V3 Positions NFT-V1", "UNI-V3-POS")
        Periphery(factory_, wrappedNative)
    {}

    modifier allowed(uint256 tokenId) {
        require(_allowed(msg.sender, tokenId), "Not approved");
        _;
    }

    function createAndInitializePoolIfNecessary(
        address token0,
        address token1,
        uint24 fee,
        uint160 sqrtPriceX96
    ) external payable returns (address pool) {
        pool = UniswapV3Factory(factory).getPool(token0, token1, fee);
        if (pool != address(0)) return pool;
        pool = UniswapV3Factory(factory).createPool(token0, token1, fee);
        UniswapV3Pool(pool).initialize(sqrtPriceX96);
    }

    function positions(uint256 tokenId)
        external
        view
        returns (
            uint96 nonce,
            address operator,
            address token0,
            address token1,
            uint24 fee,
            int24 tickLower,
            int24 tickUpper,
            uint128 liquidity,
            uint256 feeGrowthInside0LastX128,
            uint256 feeGrowthInside1LastX128,
            uint128 tokensOwed0,
            uint128 tokensOwed1
        )
    {
        Held storage position = held[tokenId];
        require(position.token0 != address(0), "Invalid token ID");
        operator = getApproved[tokenId];
        nonce = 0;
        (token0, token1, fee) = (position.token0, position.token1, position.fee);
        (tickLower, tickUpper) = (position.tickLower, position.tickUpper);
        liquidity = position.liquidity;
        feeGrowthInside0LastX128 = position.growth0;
        feeGrowthInside1LastX128 = position.growth1;
        (tokensOwed0, tokensOwed1) = (position.owed0, position.owed1);
    }

    function mint(MintParams calldata params)
        external
        payable
        checkDeadline(params.deadline)
        returns (uint256 tokenId, uint128 liquidity, uint256 amount0, uint256 amount1)
    {
        tokenId = ++minted;
        Held storage position = held[tokenId];
        (position.token0, position.token1) = (params.token0, params.token1);
        (position.fee, position.tickLower) = (params.fee, params.tickLower);
        position.tickUpper = params.tickUpper;
        (liquidity, amount0, amount1) =
            increase(tokenId, params.amount0Desired, params.amount1Desired);
        _mintToken(params.recipient, tokenId);
        emit IncreaseLiquidity(tokenId, liquidity, amount0, amount1);
        require(amount0 >= params.amount0Min, "Price slippage check");
        require(amount1 >= params.amount1Min, "Price slippage check");
    }

    function increaseLiquidity(IncreaseLiquidityParams calldata params)
        external
        payable
        checkDeadline(params.deadline)
        returns (uint128 liquidity, uint256 amount0, uint256 amount1)
    {
        (liquidity, amount0, amount1) =
            increase(params.tokenId, params.amount0Desired, params.amount1Desired);
        emit IncreaseLiquidity(params.tokenId, liquidity, amount0, amount1);
        require(amount0 >= params.amount0Min, "Price slippage check");
        require(amount1 >= params.amount1Min, "Price slippage check");
    }

    function decreaseLiquidity(DecreaseLiquidityParams calldata params)
        external
        payable
        allowed(params.tokenId)
        checkDeadline(params.deadline)
        returns (uint256 amount0, uint256 amount1)
    {
        Held storage position = held[params.tokenId];
        require(params.liquidity > 0 && params.liquidity <= position.liquidity, "Liquidity");
        UniswapV3Pool pool = poolOf(position.token0, position.token1, position.fee);
        (amount0, amount1) = pool.burn(position.tickLower, position.tickUpper, params.liquidity);
        require(amount0 >= params.amount0Min, "Price slippage check");
        require(amount1 >= params.amount1Min, "Price slippage check");
        accrue(position, pool);
        position.owed0 += uint128(amount0);
        position.owed1 += uint128(amount1);
        position.liquidity -= params.liquidity;
        emit DecreaseLiquidity(params.tokenId, params.liquidity, amount0, amount1);
    }

    function collect(CollectParams calldata params)
        external
        payable
        allowed(params.tokenId)
        returns (uint256 amount0, uint256 amount1)
    {
        Held storage position = held[params.tokenId];
        UniswapV3Pool pool = poolOf(position.token0, position.token1, position.fee);
        if (position.liquidity > 0) {
            pool.burn(position.tickLower, position.tickUpper, 0);
            accrue(position, pool);
        }
        uint128 wanted0 = least(params.amount0Max, position.owed0);
        uint128 wanted1 = least(params.amount1Max, position.owed1);
        address recipient = params.recipient == address(0) ? address(this) : params.recipient;
        (amount0, amount1) =
            pool.collect(recipient, position.tickLower, position.tickUpper, wanted0, wanted1);
        position.owed0 -= wanted0;
        position.owed1 -= wanted1;
        emit Collect(params.tokenId, recipient, wanted0, wanted1);
    }

    function burn(uint256 tokenId) external payable allowed(tokenId) {
        Held storage position = held[tokenId];
        require(
            position.liquidity == 0 && position.owed0 == 0 && position.owed1 == 0, "Not cleared"
        );
        delete held[tokenId];
        _burnToken(tokenId);
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata data) external {
        (uint256 tokenId, address payer) = abi.decode(data, (uint256, address));
        Held storage position = held[tokenId];
        UniswapV3Pool pool = poolOf(position.token0, position.token1, position.fee);
        require(msg.sender == address(pool), "Not the pool");
        pay(position.token0, payer, msg.sender, amount0);
        pay(position.token1, payer, msg.sender, amount1);
    }

    function increase(uint256 tokenId, uint256 desired0, uint256 desired1)
        private
        returns (uint128 liquidity, uint256 amount0, uint256 amount1)
    {
        Held storage position = held[tokenId];
        UniswapV3Pool pool = poolOf(position.token0, position.token1, position.fee);
        (uint160 price,,,,,,) = pool.slot0();
        liquidity = PriceMath.liquidityFor(
            price,
            PriceMath.priceAt(position.tickLower),
            PriceMath.priceAt(position.tickUpper),
            desired0,
            desired1
        );
        (amount0, amount1) = pool.mint(
            address(this),
            position.tickLower,
            position.tickUpper,
            liquidity,
            abi.encode(tokenId, msg.sender)
        );
        accrue(position, pool);
        position.liquidity += liquidity;
    }

    /// Books the position's part of the fees that its range has earned since the last touch.
    function accrue(Held storage position, UniswapV3Pool pool) private {
        bytes32 key = keccak256(
            abi.encodePacked(address(this), position.tickLower, position.tickUpper)
        );
        (, uint256 growth0, uint256 growth1,,) = pool.positions(key);
        uint256 grown0 = growth0 - position.growth0;
        uint256 grown1 = growth1 - position.growth1;
        position.owed0 += uint128((grown0 * position.liquidity) >> 128);
        position.owed1 += uint128((grown1 * position.liquidity) >> 128);
        (position.growth0, position.growth1) = (growth0, growth1);
    }

    function least(uint128 a, uint128 b) private pure returns (uint128) {
        return a < b ? a : b;
    }
}
