// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC20, IERC20} from "./Token.sol";
import {IWrappedNative} from "./WrappedNative.sol";

interface IUniswapV2Callee {
    function uniswapV2Call(address sender, uint256 amount0, uint256 amount1, bytes calldata data)
        external;
}

/// A constant-product pool of two tokens with a fee of 0.3 %; its own token is the pool share.
contract UniswapV2Pair is ERC20 {
    event Mint(address indexed sender, uint256 amount0, uint256 amount1);
    event Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to);
    event Swap(
        address indexed sender,
        uint256 amount0In,
        uint256 amount1In,
        uint256 amount0Out,
        uint256 amount1Out,
        address indexed to
    );
    event Sync(uint112 reserve0, uint112 reserve1);

    uint256 public constant MINIMUM_LIQUIDITY = 1000;
    address public immutable factory;
    address public immutable token0;
    address public immutable token1;
    uint112 private reserve0;
    uint112 private reserve1;
    uint32 private lastUpdate;
    bool private entered;

    constructor(address token0_, address token1_) ERC20("Uniswap V2", "UNI-V2", 18) {
        factory = msg.sender;
        token0 = token0_;
        token1 = token1_;
    }

    modifier once() {
        require(!entered, "UniswapV2: LOCKED");
        entered = true;
        _;
        entered = false;
    }

    function getReserves() public view returns (uint112, uint112, uint32) {
        return (reserve0, reserve1, lastUpdate);
    }

    function mint(address to) external once returns (uint256 liquidity) {
        uint256 amount0 = IERC20(token0).balanceOf(address(this)) - reserve0;
        uint256 amount1 = IERC20(token1).balanceOf(address(this)) - reserve1;
        uint256 supply = totalSupply;
        if (supply == 0) {
            liquidity = squareRoot(amount0 * amount1) - MINIMUM_LIQUIDITY;
            _mint(address(0), MINIMUM_LIQUIDITY);
        } else {
            uint256 by0 = (amount0 * supply) / reserve0;
            uint256 by1 = (amount1 * supply) / reserve1;
            liquidity = by0 < by1 ? by0 : by1;
        }
        require(liquidity > 0, "UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED");
        _mint(to, liquidity);
        settle();
        emit Mint(msg.sender, amount0, amount1);
    }

    function burn(address to) external once returns (uint256 amount0, uint256 amount1) {
        uint256 liquidity = balanceOf[address(this)];
        amount0 = (liquidity * IERC20(token0).balanceOf(address(this))) / totalSupply;
        amount1 = (liquidity * IERC20(token1).balanceOf(address(this))) / totalSupply;
        require(amount0 > 0 && amount1 > 0, "UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED");
        _burn(address(this), liquidity);
        IERC20(token0).transfer(to, amount0);
        IERC20(token1).transfer(to, amount1);
        settle();
        emit Burn(msg.sender, amount0, amount1, to);
    }

    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data)
        external
        once
    {
        require(amount0Out > 0 || amount1Out > 0, "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT");
        require(
            amount0Out < reserve0 && amount1Out < reserve1, "UniswapV2: INSUFFICIENT_LIQUIDITY"
        );
        if (amount0Out > 0) IERC20(token0).transfer(to, amount0Out);
        if (amount1Out > 0) IERC20(token1).transfer(to, amount1Out);
        if (data.length > 0) {
            IUniswapV2Callee(to).uniswapV2Call(msg.sender, amount0Out, amount1Out, data);
        }
        uint256 amount0In = received(token0, reserve0 - amount0Out);
        uint256 amount1In = received(token1, reserve1 - amount1Out);
        require(amount0In > 0 || amount1In > 0, "UniswapV2: INSUFFICIENT_INPUT_AMOUNT");
        uint256 product = weighted(token0, amount0In) * weighted(token1, amount1In);
        require(product >= uint256(reserve0) * reserve1 * 1_000_000, "UniswapV2: K");
        settle();
        emit Swap(msg.sender, amount0In, amount1In, amount0Out, amount1Out, to);
    }

    function sync() external once {
        settle();
    }

    /// What came in: the balance beyond what the pool kept of its reserve.
    function received(address token, uint256 kept) private view returns (uint256) {
        uint256 balance = IERC20(token).balanceOf(address(this));
        return balance > kept ? balance - kept : 0;
    }

    /// A thousand times the balance, less the fee of three thousandths on what came in.
    function weighted(address token, uint256 amountIn) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this)) * 1000 - amountIn * 3;
    }

    function settle() private {
        uint256 balance0 = IERC20(token0).balanceOf(address(this));
        uint256 balance1 = IERC20(token1).balanceOf(address(this));
        require(
            balance0 <= type(uint112).max && balance1 <= type(uint112).max, "UniswapV2: OVERFLOW"
        );
        reserve0 = uint112(balance0);
        reserve1 = uint112(balance1);
        lastUpdate = uint32(block.timestamp);
        emit Sync(reserve0, reserve1);
    }

    function squareRoot(uint256 value) private pure returns (uint256 root) {
        if (value == 0) return 0;
        root = value;
        uint256 next = value / 2 + 1;
        while (next < root) {
            root = next;
            next = (value / next + next) / 2;
        }
    }
}

/// Makes one pair for each two tokens.
contract UniswapV2Factory {
    event PairCreated(
        address indexed token0, address indexed token1, address pair, uint256 allPairsLength
    );

    mapping(address => mapping(address => address)) public getPair;
    address[] public allPairs;

    function allPairsLength() external view returns (uint256) {
        return allPairs.length;
    }

    function createPair(address tokenA, address tokenB) external returns (address pair) {
        (address token0, address token1) = tokenA < tokenB ? (tokenA, tokenB) : (tokenB, tokenA);
        require(token0 != address(0) && token0 != token1, "UniswapV2: IDENTICAL_ADDRESSES");
        require(getPair[token0][token1] == address(0), "UniswapV2: PAIR_EXISTS");
        pair = address(
            new UniswapV2Pair{salt: keccak256(abi.encodePacked(token0, token1))}(token0, token1)
        );
        getPair[token0][token1] = pair;
        getPair[token1][token0] = pair;
        allPairs.push(pair);
        emit PairCreated(token0, token1, pair, allPairs.length);
    }
}

/// The way in for wallets: liquidity and exact-input swaps along a path, for tokens and coin.
contract UniswapV2Router {
    address public immutable factory;
    address public immutable WETH;

    constructor(address factory_, address wrappedNative) {
        factory = factory_;
        WETH = wrappedNative;
    }

    receive() external payable {
        require(msg.sender == WETH, "Router: only unwrapping");
    }

    modifier ensure(uint256 deadline) {
        require(deadline >= block.timestamp, "UniswapV2Router: EXPIRED");
        _;
    }

    function getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut)
        public
        pure
        returns (uint256)
    {
        uint256 net = amountIn * 997;
        return (net * reserveOut) / (reserveIn * 1000 + net);
    }

    function getAmountsOut(uint256 amountIn, address[] memory path)
        public
        view
        returns (uint256[] memory amounts)
    {
        amounts = new uint256[](path.length);
        amounts[0] = amountIn;
        for (uint256 i = 0; i + 1 < path.length; i++) {
            (uint256 reserveIn, uint256 reserveOut) = reserves(path[i], path[i + 1]);
            amounts[i + 1] = getAmountOut(amounts[i], reserveIn, reserveOut);
        }
    }

    function addLiquidity(
        address tokenA,
        address tokenB,
        uint256 amountADesired,
        uint256 amountBDesired,
        uint256 amountAMin,
        uint256 amountBMin,
        address to,
        uint256 deadline
    ) external ensure(deadline) returns (uint256 amountA, uint256 amountB, uint256 liquidity) {
        (amountA, amountB) = quoteLiquidity(tokenA, tokenB, amountADesired, amountBDesired);
        require(amountA >= amountAMin, "UniswapV2Router: INSUFFICIENT_A_AMOUNT");
        require(amountB >= amountBMin, "UniswapV2Router: INSUFFICIENT_B_AMOUNT");
        address pair = pairOf(tokenA, tokenB);
        IERC20(tokenA).transferFrom(msg.sender, pair, amountA);
        IERC20(tokenB).transferFrom(msg.sender, pair, amountB);
        liquidity = UniswapV2Pair(pair).mint(to);
    }

    function addLiquidityETH(
        address token,
        uint256 amountTokenDesired,
        uint256 amountTokenMin,
        uint256 amountETHMin,
        address to,
        uint256 deadline
    )
        external
        payable
        ensure(deadline)
        returns (uint256 amountToken, uint256 amountETH, uint256 liquidity)
    {
        (amountToken, amountETH) = quoteLiquidity(token, WETH, amountTokenDesired, msg.value);
        require(amountToken >= amountTokenMin, "UniswapV2Router: INSUFFICIENT_A_AMOUNT");
        require(amountETH >= amountETHMin, "UniswapV2Router: INSUFFICIENT_B_AMOUNT");
        address pair = pairOf(token, WETH);
        IERC20(token).transferFrom(msg.sender, pair, amountToken);
        IWrappedNative(WETH).deposit{value: amountETH}();
        IERC20(WETH).transfer(pair, amountETH);
        liquidity = UniswapV2Pair(pair).mint(to);
        if (msg.value > amountETH) payNative(msg.sender, msg.value - amountETH);
    }

    function removeLiquidity(
        address tokenA,
        address tokenB,
        uint256 liquidity,
        uint256 amountAMin,
        uint256 amountBMin,
        address to,
        uint256 deadline
    ) public ensure(deadline) returns (uint256 amountA, uint256 amountB) {
        address pair = pairOf(tokenA, tokenB);
        IERC20(pair).transferFrom(msg.sender, pair, liquidity);
        (uint256 amount0, uint256 amount1) = UniswapV2Pair(pair).burn(to);
        (amountA, amountB) = tokenA < tokenB ? (amount0, amount1) : (amount1, amount0);
        require(amountA >= amountAMin, "UniswapV2Router: INSUFFICIENT_A_AMOUNT");
        require(amountB >= amountBMin, "UniswapV2Router: INSUFFICIENT_B_AMOUNT");
    }

    function removeLiquidityETH(
        address token,
        uint256 liquidity,
        uint256 amountTokenMin,
        uint256 amountETHMin,
        address to,
        uint256 deadline
    ) external returns (uint256 amountToken, uint256 amountETH) {
        (amountToken, amountETH) = removeLiquidity(
            token, WETH, liquidity, amountTokenMin, amountETHMin, address(this), deadline
        );
        IERC20(token).transfer(to, amountToken);
        IWrappedNative(WETH).withdraw(amountETH);
        payNative(to, amountETH);
    }

    function swapExactTokensForTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external ensure(deadline) returns (uint256[] memory amounts) {
        amounts = getAmountsOut(amountIn, path);
        requireOutput(amounts[path.length - 1], amountOutMin);
        IERC20(path[0]).transferFrom(msg.sender, pairOf(path[0], path[1]), amountIn);
        follow(path, amounts, to);
    }

    function swapExactETHForTokens(
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external payable ensure(deadline) returns (uint256[] memory amounts) {
        require(path[0] == WETH, "UniswapV2Router: INVALID_PATH");
        amounts = getAmountsOut(msg.value, path);
        requireOutput(amounts[path.length - 1], amountOutMin);
        IWrappedNative(WETH).deposit{value: msg.value}();
        IERC20(WETH).transfer(pairOf(path[0], path[1]), msg.value);
        follow(path, amounts, to);
    }

    function swapExactTokensForETH(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external ensure(deadline) returns (uint256[] memory amounts) {
        require(path[path.length - 1] == WETH, "UniswapV2Router: INVALID_PATH");
        amounts = getAmountsOut(amountIn, path);
        requireOutput(amounts[path.length - 1], amountOutMin);
        IERC20(path[0]).transferFrom(msg.sender, pairOf(path[0], path[1]), amountIn);
        follow(path, amounts, address(this));
        IWrappedNative(WETH).withdraw(amounts[path.length - 1]);
        payNative(to, amounts[path.length - 1]);
    }

    /// For tokens that keep a part of what is sent: the output follows from what really arrived.
    function swapExactTokensForTokensSupportingFeeOnTransferTokens(
        uint256 amountIn,
        uint256 amountOutMin,
        address[] calldata path,
        address to,
        uint256 deadline
    ) external ensure(deadline) {
        IERC20(path[0]).transferFrom(msg.sender, pairOf(path[0], path[1]), amountIn);
        uint256 before = IERC20(path[path.length - 1]).balanceOf(to);
        for (uint256 i = 0; i + 1 < path.length; i++) {
            address pair = pairOf(path[i], path[i + 1]);
            (uint256 reserveIn, uint256 reserveOut) = reserves(path[i], path[i + 1]);
            uint256 arrived = IERC20(path[i]).balanceOf(pair) - reserveIn;
            uint256 out = getAmountOut(arrived, reserveIn, reserveOut);
            swapOn(path, i, out, to);
        }
        requireOutput(IERC20(path[path.length - 1]).balanceOf(to) - before, amountOutMin);
    }

    function follow(address[] calldata path, uint256[] memory amounts, address to) private {
        for (uint256 i = 0; i + 1 < path.length; i++) {
            swapOn(path, i, amounts[i + 1], to);
        }
    }

    function swapOn(address[] calldata path, uint256 i, uint256 out, address to) private {
        bool firstIsZero = path[i] < path[i + 1];
        address receiver = i + 2 < path.length ? pairOf(path[i + 1], path[i + 2]) : to;
        UniswapV2Pair(pairOf(path[i], path[i + 1])).swap(
            firstIsZero ? 0 : out, firstIsZero ? out : 0, receiver, ""
        );
    }

    function quoteLiquidity(address tokenA, address tokenB, uint256 desiredA, uint256 desiredB)
        private
        returns (uint256, uint256)
    {
        if (UniswapV2Factory(factory).getPair(tokenA, tokenB) == address(0)) {
            UniswapV2Factory(factory).createPair(tokenA, tokenB);
        }
        (uint256 reserveA, uint256 reserveB) = reserves(tokenA, tokenB);
        if (reserveA == 0 && reserveB == 0) return (desiredA, desiredB);
        uint256 optimalB = (desiredA * reserveB) / reserveA;
        if (optimalB <= desiredB) return (desiredA, optimalB);
        return ((desiredB * reserveA) / reserveB, desiredB);
    }

    function reserves(address tokenA, address tokenB) private view returns (uint256, uint256) {
        (uint112 reserve0, uint112 reserve1,) = UniswapV2Pair(pairOf(tokenA, tokenB)).getReserves();
        return tokenA < tokenB ? (reserve0, reserve1) : (reserve1, reserve0);
    }

    function pairOf(address tokenA, address tokenB) private view returns (address pair) {
        pair = UniswapV2Factory(factory).getPair(tokenA, tokenB);
        require(pair != address(0), "UniswapV2Router: NO_PAIR");
    }

    function requireOutput(uint256 out, uint256 minimum) private pure {
        require(out >= minimum, "UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT");
    }

    function payNative(address to, uint256 value) private {
        (bool sent,) = to.call{value: value}("");
        require(sent, "UniswapV2Router: ETH_TRANSFER_FAILED");
    }
}
