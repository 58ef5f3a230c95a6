// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC20} from "./Token.sol";

interface IWrappedNative {
    function deposit() external payable;
    function withdraw(uint256 value) external;
}

/// The chain's coin as a token, with WETH9's logs: wrapping and unwrapping log no Transfer.
contract WrappedNative is ERC20 {
    event Deposit(address indexed dst, uint256 wad);
    event Withdrawal(address indexed src, uint256 wad);

    constructor(string memory name_, string memory symbol_) ERC20(name_, symbol_, 18) {}

    receive() external payable {
        deposit();
    }

    function deposit() public payable {
        totalSupply += msg.value;
        balanceOf[msg.sender] += msg.value;
        emit Deposit(msg.sender, msg.value);
    }

    function withdraw(uint256 wad) external {
        require(balanceOf[msg.sender] >= wad, "WETH: balance");
        balanceOf[msg.sender] -= wad;
        totalSupply -= wad;
        (bool sent,) = msg.sender.call{value: wad}("");
        require(sent, "WETH: receiver");
        emit Withdrawal(msg.sender, wad);
    }
}
