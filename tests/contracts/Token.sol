// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

/// The part of ERC-20 that the other contracts call.
interface IERC20 {
    function balanceOf(address account) external view returns (uint256);
    function decimals() external view returns (uint8);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
    function approve(address spender, uint256 value) external returns (bool);
}

/// Balances, allowances and logs of ERC-20 (EIP-20).
abstract contract ERC20 {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    string public name;
    string public symbol;
    uint8 public immutable decimals;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        if (from != msg.sender && allowed != type(uint256).max) {
            require(allowed >= value, "ERC20: allowance");
            allowance[from][msg.sender] = allowed - value;
        }
        _transfer(from, to, value);
        return true;
    }

    function _transfer(address from, address to, uint256 value) internal virtual {
        require(balanceOf[from] >= value, "ERC20: balance");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function _mint(address to, uint256 value) internal {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function _burn(address from, uint256 value) internal {
        require(balanceOf[from] >= value, "ERC20: balance");
        balanceOf[from] -= value;
        totalSupply -= value;
        emit Transfer(from, address(0), value);
    }
}

/// A plain token whose owner mints and burns at will.
contract Token is ERC20 {
    address public immutable owner = msg.sender;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        ERC20(name_, symbol_, decimals_)
    {}

    function mint(address to, uint256 value) external {
        require(msg.sender == owner, "Token: owner");
        _mint(to, value);
    }

    function burn(uint256 value) external {
        _burn(msg.sender, value);
    }
}

/// A token that keeps a share of every transfer; it logs the net part and the fee honestly.
contract FeeOnTransferToken is ERC20 {
    address public immutable owner = msg.sender;
    uint256 public immutable feeBasisPoints;

    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint256 feeBasisPoints_)
        ERC20(name_, symbol_, decimals_)
    {
        require(feeBasisPoints_ < 10_000, "Token: fee");
        feeBasisPoints = feeBasisPoints_;
    }

    function mint(address to, uint256 value) external {
        require(msg.sender == owner, "Token: owner");
        _mint(to, value);
    }

    function _transfer(address from, address to, uint256 value) internal override {
        uint256 fee = (value * feeBasisPoints) / 10_000;
        super._transfer(from, to, value - fee);
        super._transfer(from, owner, fee);
    }
}

/// A token nobody asked for: it gives itself away, and logs transfers that never happened.
contract SpamToken is ERC20 {
    address public immutable owner = msg.sender;

    constructor(string memory name_, string memory symbol_, uint8 decimals_)
        ERC20(name_, symbol_, decimals_)
    {}

    /// Really credits every recipient.
    function airdrop(address[] calldata recipients, uint256 value) external {
        require(msg.sender == owner, "Token: owner");
        for (uint256 i = 0; i < recipients.length; i++) {
            _mint(recipients[i], value);
        }
    }

    /// Logs transfers between strangers and moves nothing (address poisoning).
    function pretend(address from, address[] calldata recipients, uint256 value) external {
        require(msg.sender == owner, "Token: owner");
        for (uint256 i = 0; i < recipients.length; i++) {
            emit Transfer(from, recipients[i], value);
        }
    }
}
