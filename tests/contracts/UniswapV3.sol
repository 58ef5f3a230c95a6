// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {IERC20} from "./Token.sol";

interface IUniswapV3MintCallback {
    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata data) external;
}

interface IUniswapV3SwapCallback {
    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external;
}

interface IUniswapV3FlashCallback {
    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external;
}

/// Amounts and prices of concentrated liquidity. A price is the square root of token1 per token0,
/// times 2^96. Exact in 256 bits for liquidity below 2^112 and ticks within 400,000 of zero.
library PriceMath {
    uint256 internal constant ONE = 1 << 96;
    int24 internal constant LIMIT = 400_000;
    // The square root of 1.0001, times 2^96.
    uint256 private constant STEP = 79232123823359799118286999567;

    function priceAt(int24 tick) internal pure returns (uint256 price) {
        require(tick >= -LIMIT && tick <= LIMIT, "TICK");
        uint256 exponent = uint256(int256(tick < 0 ? -tick : tick));
        price = ONE;
        for (uint256 factor = STEP; exponent > 0; exponent >>= 1) {
            if (exponent & 1 == 1) price = (price * factor) >> 96;
            factor = (factor * factor) >> 96;
        }
        if (tick < 0) price = (ONE * ONE) / price;
    }

    /// The greatest tick whose price is not above this one.
    function tickAt(uint256 price) internal pure returns (int24) {
        int24 low = -LIMIT;
        int24 high = LIMIT;
        while (low < high) {
            int24 middle = low + (high - low + 1) / 2;
            if (priceAt(middle) <= price) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    function amount0(uint256 low, uint256 high, uint256 liquidity, bool up)
        internal
        pure
        returns (uint256)
    {
        return divide(liquidity * divide((high - low) << 96, high, up), low, up);
    }

    function amount1(uint256 low, uint256 high, uint256 liquidity, bool up)
        internal
        pure
        returns (uint256)
    {
        return divide(liquidity * (high - low), ONE, up);
    }

    function liquidityFor(uint256 price, uint256 low, uint256 high, uint256 sum0, uint256 sum1)
        internal
        pure
        returns (uint128)
    {
        uint256 by0 = type(uint128).max;
        uint256 by1 = type(uint128).max;
        if (price < high) {
            uint256 from = price > low ? price : low;
            by0 = (sum0 * ((from * high) >> 96)) / (high - from);
        }
        if (price > low) by1 = (sum1 << 96) / ((price < high ? price : high) - low);
        uint256 least = by0 < by1 ? by0 : by1;
        require(least < 1 << 112, "LIQUIDITY");
        return uint128(least);
    }

    /// Where the price goes when so much of one token is put in, never beyond what was paid for.
    function priceAfter(uint256 price, uint256 liquidity, uint256 amountIn, bool zeroForOne)
        internal
        pure
        returns (uint256)
    {
        if (!zeroForOne) return price + (amountIn << 96) / liquidity;
        return divide(liquidity * price, liquidity + ((amountIn * price) >> 96), true);
    }

    function divide(uint256 a, uint256 b, bool up) internal pure returns (uint256) {
        return up ? (a + b - 1) / b : a / b;
    }
}

/// A pool of concentrated liquidity with Uniswap v3's calls and logs. It keeps a list of its ranges
/// and walks over it, which is simple and fit for tens of ranges. Swaps are exact-input only.
contract UniswapV3Pool {
    event Initialize(uint160 sqrtPriceX96, int24 tick);
    event Mint(
        address sender,
        address indexed owner,
        int24 indexed tickLower,
        int24 indexed tickUpper,
        uint128 amount,
        uint256 amount0,
        uint256 amount1
    );
    event Collect(
        address indexed owner,
        address recipient,
        int24 indexed tickLower,
        int24 indexed tickUpper,
        uint128 amount0,
        uint128 amount1
    );
    event Burn(
        address indexed owner,
        int24 indexed tickLower,
        int24 indexed tickUpper,
        uint128 amount,
        uint256 amount0,
        uint256 amount1
    );
    event Swap(
        address indexed sender,
        address indexed recipient,
        int256 amount0,
        int256 amount1,
        uint160 sqrtPriceX96,
        uint128 liquidity,
        int24 tick
    );
    event Flash(
        address indexed sender,
        address indexed recipient,
        uint256 amount0,
        uint256 amount1,
        uint256 paid0,
        uint256 paid1
    );

    struct Range {
        uint256 low;
        uint256 high;
        uint128 liquidity;
        uint256 growth0;
        uint256 growth1;
        bool listed;
    }

    struct Position {
        uint128 liquidity;
        uint256 feeGrowthInside0LastX128;
        uint256 feeGrowthInside1LastX128;
        uint128 tokensOwed0;
        uint128 tokensOwed1;
    }

    struct Walk {
        uint256 price;
        uint256 remaining;
        uint256 out;
        uint256 target;
        uint256 liquidity;
    }

    address public immutable factory;
    address public immutable token0;
    address public immutable token1;
    uint24 public immutable fee;
    int24 public immutable tickSpacing;
    uint256 private price;
    bool private entered;
    bytes32[] private listed;
    mapping(bytes32 => Range) private ranges;
    mapping(bytes32 => Position) public positions;

    constructor(address token0_, address token1_, uint24 fee_, int24 tickSpacing_) {
        factory = msg.sender;
        token0 = token0_;
        token1 = token1_;
        fee = fee_;
        tickSpacing = tickSpacing_;
    }

    modifier once() {
        require(!entered && price != 0, "LOK");
        entered = true;
        _;
        entered = false;
    }

    function initialize(uint160 sqrtPriceX96) external {
        require(price == 0, "AI");
        price = sqrtPriceX96;
        emit Initialize(sqrtPriceX96, PriceMath.tickAt(price));
    }

    function slot0()
        external
        view
        returns (uint160, int24, uint16, uint16, uint16, uint8, bool)
    {
        return (uint160(price), PriceMath.tickAt(price), 0, 1, 1, 0, !entered);
    }

    function liquidity() external view returns (uint128) {
        return uint128(active(price, false));
    }

    function mint(
        address recipient,
        int24 tickLower,
        int24 tickUpper,
        uint128 amount,
        bytes calldata data
    ) external once returns (uint256 amount0, uint256 amount1) {
        require(amount > 0 && tickLower < tickUpper, "TLU");
        require(tickLower % tickSpacing == 0 && tickUpper % tickSpacing == 0, "TS");
        change(recipient, tickLower, tickUpper, int256(uint256(amount)));
        (amount0, amount1) = amountsOf(tickLower, tickUpper, amount, true);
        uint256 held0 = IERC20(token0).balanceOf(address(this));
        uint256 held1 = IERC20(token1).balanceOf(address(this));
        IUniswapV3MintCallback(msg.sender).uniswapV3MintCallback(amount0, amount1, data);
        require(IERC20(token0).balanceOf(address(this)) >= held0 + amount0, "M0");
        require(IERC20(token1).balanceOf(address(this)) >= held1 + amount1, "M1");
        emit Mint(msg.sender, recipient, tickLower, tickUpper, amount, amount0, amount1);
    }

    /// Takes liquidity out; what it gives is owed until it is collected.
    function burn(int24 tickLower, int24 tickUpper, uint128 amount)
        external
        once
        returns (uint256 amount0, uint256 amount1)
    {
        Position storage position =
            change(msg.sender, tickLower, tickUpper, -int256(uint256(amount)));
        (amount0, amount1) = amountsOf(tickLower, tickUpper, amount, false);
        position.tokensOwed0 += uint128(amount0);
        position.tokensOwed1 += uint128(amount1);
        emit Burn(msg.sender, tickLower, tickUpper, amount, amount0, amount1);
    }

    function collect(
        address recipient,
        int24 tickLower,
        int24 tickUpper,
        uint128 amount0Requested,
        uint128 amount1Requested
    ) external once returns (uint128 amount0, uint128 amount1) {
        Position storage position =
            positions[keccak256(abi.encodePacked(msg.sender, tickLower, tickUpper))];
        amount0 = least(amount0Requested, position.tokensOwed0);
        amount1 = least(amount1Requested, position.tokensOwed1);
        position.tokensOwed0 -= amount0;
        position.tokensOwed1 -= amount1;
        if (amount0 > 0) IERC20(token0).transfer(recipient, amount0);
        if (amount1 > 0) IERC20(token1).transfer(recipient, amount1);
        emit Collect(msg.sender, recipient, tickLower, tickUpper, amount0, amount1);
    }

    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external once returns (int256 amount0, int256 amount1) {
        require(amountSpecified > 0, "AS");
        require(zeroForOne ? sqrtPriceLimitX96 < price : sqrtPriceLimitX96 > price, "SPL");
        Walk memory walk = Walk(price, uint256(amountSpecified), 0, 0, 0);
        while (walk.remaining > 0 && step(walk, zeroForOne, sqrtPriceLimitX96)) {}
        price = walk.price;
        uint256 paid = uint256(amountSpecified) - walk.remaining;
        require(paid > 0, "NO LIQUIDITY");
        (amount0, amount1) = zeroForOne
            ? (int256(paid), -int256(walk.out))
            : (-int256(walk.out), int256(paid));
        address tokenIn = zeroForOne ? token0 : token1;
        IERC20(zeroForOne ? token1 : token0).transfer(recipient, walk.out);
        uint256 held = IERC20(tokenIn).balanceOf(address(this));
        IUniswapV3SwapCallback(msg.sender).uniswapV3SwapCallback(amount0, amount1, data);
        require(IERC20(tokenIn).balanceOf(address(this)) >= held + paid, "IIA");
        emit Swap(
            msg.sender,
            recipient,
            amount0,
            amount1,
            uint160(price),
            uint128(active(price, false)),
            PriceMath.tickAt(price)
        );
    }

    function flash(address recipient, uint256 amount0, uint256 amount1, bytes calldata data)
        external
        once
    {
        uint256 fee0 = PriceMath.divide(amount0 * fee, 1e6, true);
        uint256 fee1 = PriceMath.divide(amount1 * fee, 1e6, true);
        uint256 held0 = IERC20(token0).balanceOf(address(this));
        uint256 held1 = IERC20(token1).balanceOf(address(this));
        if (amount0 > 0) IERC20(token0).transfer(recipient, amount0);
        if (amount1 > 0) IERC20(token1).transfer(recipient, amount1);
        IUniswapV3FlashCallback(msg.sender).uniswapV3FlashCallback(fee0, fee1, data);
        uint256 paid0 = IERC20(token0).balanceOf(address(this)) - held0;
        uint256 paid1 = IERC20(token1).balanceOf(address(this)) - held1;
        require(paid0 >= fee0, "F0");
        require(paid1 >= fee1, "F1");
        share(paid0, price, true, true);
        share(paid1, price, true, false);
        emit Flash(msg.sender, recipient, amount0, amount1, paid0, paid1);
    }

    /// Goes to the next end of a range, or as far as the input lasts; false when nothing is left.
    function step(Walk memory walk, bool zeroForOne, uint256 limit) private returns (bool) {
        (walk.target, walk.liquidity) = ahead(walk.price, zeroForOne);
        if (walk.target == 0 || walk.price == limit) return false;
        if (zeroForOne ? walk.target < limit : walk.target > limit) walk.target = limit;
        if (walk.liquidity == 0) {
            walk.price = walk.target;
            return true;
        }
        uint256 from = walk.price;
        uint256 net = (walk.remaining * (1e6 - fee)) / 1e6;
        uint256 needed = amountBetween(from, walk.target, walk.liquidity, zeroForOne, true);
        uint256 feeAmount;
        if (net >= needed) {
            walk.price = walk.target;
            feeAmount = PriceMath.divide(needed * fee, 1e6 - fee, true);
            if (needed + feeAmount > walk.remaining) feeAmount = walk.remaining - needed;
            walk.remaining -= needed + feeAmount;
        } else {
            walk.price = PriceMath.priceAfter(from, walk.liquidity, net, zeroForOne);
            bool beyond = zeroForOne ? walk.price < walk.target : walk.price > walk.target;
            if (beyond) walk.price = walk.target;
            feeAmount = walk.remaining - net;
            walk.remaining = 0;
        }
        walk.out += amountBetween(from, walk.price, walk.liquidity, !zeroForOne, false);
        share(feeAmount, from, zeroForOne, zeroForOne);
        return true;
    }

    function amountBetween(uint256 a, uint256 b, uint256 amount, bool zero, bool up)
        private
        pure
        returns (uint256)
    {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        return zero
            ? PriceMath.amount0(low, high, amount, up)
            : PriceMath.amount1(low, high, amount, up);
    }

    /// The nearest end of a range in the direction of travel, and the liquidity until there.
    function ahead(uint256 from, bool down) private view returns (uint256 target, uint256 sum) {
        for (uint256 i = 0; i < listed.length; i++) {
            Range storage range = ranges[listed[i]];
            (uint256 low, uint256 high) = (range.low, range.high);
            if (down) {
                if (low < from && low > target) target = low;
                if (high < from && high > target) target = high;
            } else {
                if (low > from && (target == 0 || low < target)) target = low;
                if (high > from && (target == 0 || high < target)) target = high;
            }
            if (covers(low, high, from, down)) sum += range.liquidity;
        }
    }

    function active(uint256 current, bool down) private view returns (uint256 sum) {
        for (uint256 i = 0; i < listed.length; i++) {
            Range storage range = ranges[listed[i]];
            if (covers(range.low, range.high, current, down)) sum += range.liquidity;
        }
    }

    function covers(uint256 low, uint256 high, uint256 current, bool down)
        private
        pure
        returns (bool)
    {
        return down ? low < current && current <= high : low <= current && current < high;
    }

    /// Gives a fee to the ranges that the price is in, in proportion to their liquidity.
    function share(uint256 amount, uint256 current, bool down, bool zero) private {
        uint256 sum = active(current, down);
        if (amount == 0 || sum == 0) return;
        uint256 growth = (amount << 128) / sum;
        for (uint256 i = 0; i < listed.length; i++) {
            Range storage range = ranges[listed[i]];
            if (!covers(range.low, range.high, current, down)) continue;
            if (zero) range.growth0 += growth;
            else range.growth1 += growth;
        }
    }

    /// Brings a position's fees up to date and changes its liquidity.
    function change(address owner, int24 tickLower, int24 tickUpper, int256 delta)
        private
        returns (Position storage position)
    {
        bytes32 rangeKey = keccak256(abi.encodePacked(tickLower, tickUpper));
        Range storage range = ranges[rangeKey];
        position = positions[keccak256(abi.encodePacked(owner, tickLower, tickUpper))];
        uint256 grown0 = range.growth0 - position.feeGrowthInside0LastX128;
        uint256 grown1 = range.growth1 - position.feeGrowthInside1LastX128;
        position.tokensOwed0 += uint128((grown0 * position.liquidity) >> 128);
        position.tokensOwed1 += uint128((grown1 * position.liquidity) >> 128);
        position.feeGrowthInside0LastX128 = range.growth0;
        position.feeGrowthInside1LastX128 = range.growth1;
        position.liquidity = uint128(uint256(int256(uint256(position.liquidity)) + delta));
        range.liquidity = uint128(uint256(int256(uint256(range.liquidity)) + delta));
        if (range.liquidity > 0 && !range.listed) {
            range.low = PriceMath.priceAt(tickLower);
            range.high = PriceMath.priceAt(tickUpper);
            range.listed = true;
            listed.push(rangeKey);
        } else if (range.liquidity == 0 && range.listed) {
            unlist(rangeKey);
            range.listed = false;
        }
    }

    function unlist(bytes32 rangeKey) private {
        uint256 i = 0;
        while (listed[i] != rangeKey) i++;
        listed[i] = listed[listed.length - 1];
        listed.pop();
    }

    function amountsOf(int24 tickLower, int24 tickUpper, uint128 amount, bool up)
        private
        view
        returns (uint256 amount0, uint256 amount1)
    {
        uint256 low = PriceMath.priceAt(tickLower);
        uint256 high = PriceMath.priceAt(tickUpper);
        uint256 inside = price < low ? low : price > high ? high : price;
        if (inside < high) amount0 = PriceMath.amount0(inside, high, amount, up);
        if (inside > low) amount1 = PriceMath.amount1(low, inside, amount, up);
    }

    function least(uint128 a, uint128 b) private pure returns (uint128) {
        return a < b ? a : b;
    }
}

/// Makes one pool for each two tokens and fee.
contract UniswapV3Factory {
    event PoolCreated(
        address indexed token0,
        address indexed token1,
        uint24 indexed fee,
        int24 tickSpacing,
        address pool
    );

    mapping(address => mapping(address => mapping(uint24 => address))) public getPool;

    function createPool(address tokenA, address tokenB, uint24 fee)
        external
        returns (address pool)
    {
        (address token0, address token1) = tokenA < tokenB ? (tokenA, tokenB) : (tokenB, tokenA);
        require(token0 != address(0) && token0 != token1, "TOKENS");
        require(getPool[token0][token1][fee] == address(0), "EXISTS");
        int24 spacing = fee == 100 ? int24(1) : fee == 500 ? int24(10) : int24(60);
        bytes32 salt = keccak256(abi.encodePacked(token0, token1, fee));
        pool = address(new UniswapV3Pool{salt: salt}(token0, token1, fee, spacing));
        getPool[token0][token1][fee] = pool;
        getPool[token1][token0][fee] = pool;
        emit PoolCreated(token0, token1, fee, spacing, pool);
    }
}
