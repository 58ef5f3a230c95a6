// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC20, IERC20} from "./Token.sol";

/// A vault of one token (ERC-4626); tokens sent to it without a deposit are its yield.
contract Vault is ERC20 {
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    event Withdraw(
        address indexed sender,
        address indexed receiver,
        address indexed owner,
        uint256 assets,
        uint256 shares
    );

    address public immutable asset;

    constructor(address asset_, string memory name_, string memory symbol_)
        ERC20(name_, symbol_, IERC20(asset_).decimals())
    {
        asset = asset_;
    }

    function totalAssets() public view returns (uint256) {
        return IERC20(asset).balanceOf(address(this));
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return totalSupply == 0 ? assets : (assets * totalSupply) / totalAssets();
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return totalSupply == 0 ? shares : (shares * totalAssets()) / totalSupply;
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = convertToShares(assets);
        require(shares > 0, "Vault: zero shares");
        IERC20(asset).transferFrom(msg.sender, address(this), assets);
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function redeem(uint256 shares, address receiver, address owner)
        external
        returns (uint256 assets)
    {
        assets = convertToAssets(shares);
        payOut(assets, shares, receiver, owner);
    }

    function withdraw(uint256 assets, address receiver, address owner)
        external
        returns (uint256 shares)
    {
        shares = (assets * totalSupply + totalAssets() - 1) / totalAssets();
        payOut(assets, shares, receiver, owner);
    }

    function payOut(uint256 assets, uint256 shares, address receiver, address owner) private {
        if (msg.sender != owner) allowance[owner][msg.sender] -= shares;
        _burn(owner, shares);
        IERC20(asset).transfer(receiver, assets);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }
}
