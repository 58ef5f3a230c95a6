// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC20} from "./Token.sol";

/// A staking share with Lido's logs: balances are shares times the pool's coin per share.
contract StETH {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event TransferShares(address indexed from, address indexed to, uint256 sharesValue);
    event Submitted(address indexed sender, uint256 amount, address referral);
    event TokenRebased(
        uint256 indexed reportTimestamp,
        uint256 timeElapsed,
        uint256 preTotalShares,
        uint256 preTotalEther,
        uint256 postTotalShares,
        uint256 postTotalEther,
        uint256 sharesMintedAsFees
    );

    string public constant name = "Liquid staked Ether 2.0";
    string public constant symbol = "stETH";
    uint8 public constant decimals = 18;
    address public immutable owner = msg.sender;
    uint256 public getTotalShares;
    uint256 public getTotalPooledEther;
    uint256 private lastReport = block.timestamp;
    mapping(address => uint256) public sharesOf;
    mapping(address => mapping(address => uint256)) public allowance;

    /// The first coin is staked at deployment, so that a share always has a price.
    constructor() payable {
        require(msg.value > 0, "StETH: first stake");
        stake(msg.sender, msg.value, address(0));
    }

    receive() external payable {
        stake(msg.sender, msg.value, address(0));
    }

    function submit(address referral) external payable returns (uint256) {
        return stake(msg.sender, msg.value, referral);
    }

    /// Rewards: the pooled coin grows by what is sent, every balance with it.
    function rebase() external payable {
        require(msg.sender == owner, "StETH: owner");
        uint256 before = getTotalPooledEther;
        getTotalPooledEther = before + msg.value;
        report(before);
    }

    /// A loss: the pooled coin shrinks.
    function slash(uint256 amount) external {
        require(msg.sender == owner, "StETH: owner");
        uint256 before = getTotalPooledEther;
        getTotalPooledEther = before - amount;
        report(before);
    }

    function totalSupply() external view returns (uint256) {
        return getTotalPooledEther;
    }

    function balanceOf(address account) external view returns (uint256) {
        return getPooledEthByShares(sharesOf[account]);
    }

    function getPooledEthByShares(uint256 shares) public view returns (uint256) {
        return (shares * getTotalPooledEther) / getTotalShares;
    }

    function getSharesByPooledEth(uint256 amount) public view returns (uint256) {
        return (amount * getTotalShares) / getTotalPooledEther;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, getSharesByPooledEth(value), value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= value, "ALLOWANCE_EXCEEDED");
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
        move(from, to, getSharesByPooledEth(value), value);
        return true;
    }

    function transferShares(address to, uint256 shares) external returns (uint256 value) {
        value = getPooledEthByShares(shares);
        move(msg.sender, to, shares, value);
    }

    function stake(address sender, uint256 amount, address referral)
        private
        returns (uint256 shares)
    {
        require(amount > 0, "ZERO_DEPOSIT");
        shares = getTotalShares == 0 ? amount : getSharesByPooledEth(amount);
        getTotalShares += shares;
        getTotalPooledEther += amount;
        sharesOf[sender] += shares;
        emit Submitted(sender, amount, referral);
        emit Transfer(address(0), sender, getPooledEthByShares(shares));
        emit TransferShares(address(0), sender, shares);
    }

    function move(address from, address to, uint256 shares, uint256 value) private {
        require(sharesOf[from] >= shares, "BALANCE_EXCEEDED");
        sharesOf[from] -= shares;
        sharesOf[to] += shares;
        emit Transfer(from, to, value);
        emit TransferShares(from, to, shares);
    }

    function report(uint256 before) private {
        emit TokenRebased(
            block.timestamp,
            block.timestamp - lastReport,
            getTotalShares,
            before,
            getTotalShares,
            getTotalPooledEther,
            0
        );
        lastReport = block.timestamp;
    }
}

/// The share that does not rebase: one unit is one share of the staking pool.
contract WstETH is ERC20 {
    StETH public immutable stETH;

    constructor(StETH stETH_) ERC20("Wrapped liquid staked Ether 2.0", "wstETH", 18) {
        stETH = stETH_;
    }

    function wrap(uint256 stETHAmount) external returns (uint256 wstETHAmount) {
        wstETHAmount = stETH.getSharesByPooledEth(stETHAmount);
        require(wstETHAmount > 0, "wstETH: can't wrap zero stETH");
        _mint(msg.sender, wstETHAmount);
        stETH.transferFrom(msg.sender, address(this), stETHAmount);
    }

    function unwrap(uint256 wstETHAmount) external returns (uint256 stETHAmount) {
        stETHAmount = stETH.getPooledEthByShares(wstETHAmount);
        require(stETHAmount > 0, "wstETH: zero amount unwrap not allowed");
        _burn(msg.sender, wstETHAmount);
        stETH.transfer(msg.sender, stETHAmount);
    }

    function getStETHByWstETH(uint256 amount) external view returns (uint256) {
        return stETH.getPooledEthByShares(amount);
    }
}
