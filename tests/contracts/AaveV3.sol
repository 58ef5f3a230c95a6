// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {IERC20} from "./Token.sol";

interface IFlashLoanSimpleReceiver {
    function executeOperation(
        address asset,
        uint256 amount,
        uint256 premium,
        address initiator,
        bytes calldata params
    ) external returns (bool);
}

/// A balance that grows by an index: what is stored is the amount divided by the index (in ray).
abstract contract ScaledToken {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event Mint(
        address indexed caller,
        address indexed onBehalfOf,
        uint256 value,
        uint256 balanceIncrease,
        uint256 index
    );
    event Burn(
        address indexed from,
        address indexed target,
        uint256 value,
        uint256 balanceIncrease,
        uint256 index
    );

    uint256 internal constant RAY = 1e27;
    AaveV3Pool public immutable POOL;
    address public immutable UNDERLYING_ASSET_ADDRESS;
    uint8 public immutable decimals;
    string public name;
    string public symbol;
    uint256 public scaledTotalSupply;
    mapping(address => uint256) public scaledBalanceOf;
    mapping(address => uint256) internal lastIndex;

    constructor(address asset, string memory name_, string memory symbol_) {
        POOL = AaveV3Pool(msg.sender);
        UNDERLYING_ASSET_ADDRESS = asset;
        decimals = IERC20(asset).decimals();
        name = name_;
        symbol = symbol_;
    }

    modifier onlyPool() {
        require(msg.sender == address(POOL), "23");
        _;
    }

    function currentIndex() public view virtual returns (uint256);

    function balanceOf(address user) public view returns (uint256) {
        return rayMul(scaledBalanceOf[user], currentIndex());
    }

    function totalSupply() external view returns (uint256) {
        return rayMul(scaledTotalSupply, currentIndex());
    }

    function mintScaled(address caller, address user, uint256 amount, uint256 index) internal {
        uint256 scaled = rayDiv(amount, index);
        require(scaled != 0, "24");
        uint256 increase = accrued(user, index);
        scaledBalanceOf[user] += scaled;
        scaledTotalSupply += scaled;
        emit Transfer(address(0), user, amount + increase);
        emit Mint(caller, user, amount + increase, increase, index);
    }

    /// A burn smaller than the interest accrued since the last touch is logged as a mint.
    function burnScaled(address user, address target, uint256 amount, uint256 index) internal {
        uint256 scaled = rayDiv(amount, index);
        require(scaled != 0, "25");
        uint256 increase = accrued(user, index);
        scaledBalanceOf[user] -= scaled;
        scaledTotalSupply -= scaled;
        if (increase > amount) {
            emit Transfer(address(0), user, increase - amount);
            emit Mint(user, user, increase - amount, increase, index);
        } else {
            emit Transfer(user, address(0), amount - increase);
            emit Burn(user, target, amount - increase, increase, index);
        }
    }

    function accrued(address user, uint256 index) internal returns (uint256 increase) {
        uint256 scaled = scaledBalanceOf[user];
        increase = rayMul(scaled, index) - rayMul(scaled, lastIndex[user]);
        lastIndex[user] = index;
    }

    function rayMul(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a * b + RAY / 2) / RAY;
    }

    function rayDiv(uint256 a, uint256 b) internal pure returns (uint256) {
        return (a * RAY + b / 2) / b;
    }
}

/// The interest-bearing receipt of a deposit; it keeps the deposited asset itself.
contract AToken is ScaledToken {
    event BalanceTransfer(address indexed from, address indexed to, uint256 value, uint256 index);

    mapping(address => mapping(address => uint256)) public allowance;

    constructor(address asset, string memory name_, string memory symbol_)
        ScaledToken(asset, name_, symbol_)
    {}

    function currentIndex() public view override returns (uint256) {
        return POOL.getReserveNormalizedIncome(UNDERLYING_ASSET_ADDRESS);
    }

    function mint(address caller, address user, uint256 amount, uint256 index) external onlyPool {
        mintScaled(caller, user, amount, index);
    }

    function burn(address user, address target, uint256 amount, uint256 index) external onlyPool {
        burnScaled(user, target, amount, index);
        if (target != address(this)) IERC20(UNDERLYING_ASSET_ADDRESS).transfer(target, amount);
    }

    function transferUnderlyingTo(address target, uint256 amount) external onlyPool {
        IERC20(UNDERLYING_ASSET_ADDRESS).transfer(target, amount);
    }

    function transferOnLiquidation(address from, address to, uint256 value) external onlyPool {
        move(from, to, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        POOL.requireHealthy(msg.sender);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        POOL.requireHealthy(from);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        uint256 index = currentIndex();
        uint256 fromIncrease = accrued(from, index);
        uint256 toIncrease = accrued(to, index);
        uint256 scaled = rayDiv(value, index);
        scaledBalanceOf[from] -= scaled;
        scaledBalanceOf[to] += scaled;
        if (fromIncrease > 0) {
            emit Transfer(address(0), from, fromIncrease);
            emit Mint(msg.sender, from, fromIncrease, fromIncrease, index);
        }
        if (from != to && toIncrease > 0) {
            emit Transfer(address(0), to, toIncrease);
            emit Mint(msg.sender, to, toIncrease, toIncrease, index);
        }
        emit Transfer(from, to, value);
        emit BalanceTransfer(from, to, scaled, index);
    }
}

/// What a borrower owes, as a token that cannot be transferred.
contract VariableDebtToken is ScaledToken {
    constructor(address asset, string memory name_, string memory symbol_)
        ScaledToken(asset, name_, symbol_)
    {}

    function currentIndex() public view override returns (uint256) {
        return POOL.getReserveNormalizedVariableDebt(UNDERLYING_ASSET_ADDRESS);
    }

    function mint(address caller, address user, uint256 amount, uint256 index) external onlyPool {
        mintScaled(caller, user, amount, index);
    }

    function burn(address user, uint256 amount, uint256 index) external onlyPool {
        burnScaled(user, address(0), amount, index);
    }
}

/// A lending pool with Aave v3's calls and logs: deposits, variable debt, liquidation, flash loans.
/// Rates and prices are set by the owner; interest is linear in time between two touches.
contract AaveV3Pool {
    event Supply(
        address indexed reserve,
        address user,
        address indexed onBehalfOf,
        uint256 amount,
        uint16 indexed referralCode
    );
    event Withdraw(
        address indexed reserve, address indexed user, address indexed to, uint256 amount
    );
    event Borrow(
        address indexed reserve,
        address user,
        address indexed onBehalfOf,
        uint256 amount,
        uint8 interestRateMode,
        uint256 borrowRate,
        uint16 indexed referralCode
    );
    event Repay(
        address indexed reserve,
        address indexed user,
        address indexed repayer,
        uint256 amount,
        bool useATokens
    );
    event ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user);
    event ReserveUsedAsCollateralDisabled(address indexed reserve, address indexed user);
    event FlashLoan(
        address indexed target,
        address initiator,
        address indexed asset,
        uint256 amount,
        uint8 interestRateMode,
        uint256 premium,
        uint16 indexed referralCode
    );
    event LiquidationCall(
        address indexed collateralAsset,
        address indexed debtAsset,
        address indexed user,
        uint256 debtToCover,
        uint256 liquidatedCollateralAmount,
        address liquidator,
        bool receiveAToken
    );
    event ReserveDataUpdated(
        address indexed reserve,
        uint256 liquidityRate,
        uint256 stableBorrowRate,
        uint256 variableBorrowRate,
        uint256 liquidityIndex,
        uint256 variableBorrowIndex
    );

    struct Reserve {
        AToken aToken;
        VariableDebtToken debtToken;
        uint256 liquidityIndex;
        uint256 borrowIndex;
        uint256 liquidityRate;
        uint256 borrowRate;
        uint256 lastUpdate;
        uint256 price;
        uint256 unit;
        uint256 loanToValue;
        uint256 liquidationThreshold;
        uint256 liquidationBonus;
    }

    uint256 private constant RAY = 1e27;
    uint256 private constant YEAR = 365 days;
    uint128 public constant FLASHLOAN_PREMIUM_TOTAL = 5;
    address public immutable owner = msg.sender;
    address[] private assets;
    mapping(address => Reserve) private reserves;

    modifier onlyOwner() {
        require(msg.sender == owner, "1");
        _;
    }

    /// Lists an asset; ratios in basis points, e.g. 8000, 8250 and 10500 for a bonus of 5 %.
    function initReserve(
        address asset,
        string calldata symbol,
        uint256 loanToValue,
        uint256 liquidationThreshold,
        uint256 liquidationBonus
    ) external onlyOwner {
        Reserve storage reserve = reserves[asset];
        require(address(reserve.aToken) == address(0), "14");
        reserve.aToken = new AToken(
            asset, string.concat("Aave ", symbol), string.concat("a", symbol)
        );
        reserve.debtToken = new VariableDebtToken(
            asset,
            string.concat("Aave Variable Debt ", symbol),
            string.concat("variableDebt", symbol)
        );
        reserve.liquidityIndex = RAY;
        reserve.borrowIndex = RAY;
        reserve.lastUpdate = block.timestamp;
        reserve.unit = 10 ** IERC20(asset).decimals();
        reserve.loanToValue = loanToValue;
        reserve.liquidationThreshold = liquidationThreshold;
        reserve.liquidationBonus = liquidationBonus;
        assets.push(asset);
    }

    /// The price of one whole unit in the base currency, with 8 decimals.
    function setAssetPrice(address asset, uint256 price) external onlyOwner {
        reserves[asset].price = price;
    }

    /// Yearly rates in ray for depositors and borrowers, from now on.
    function setRates(address asset, uint256 liquidityRate, uint256 borrowRate)
        external
        onlyOwner
    {
        require(liquidityRate <= borrowRate, "rates");
        Reserve storage reserve = touch(asset);
        reserve.liquidityRate = liquidityRate;
        reserve.borrowRate = borrowRate;
        logReserve(asset, reserve);
    }

    function getReservesList() external view returns (address[] memory) {
        return assets;
    }

    function getReserveAToken(address asset) external view returns (address) {
        return address(reserves[asset].aToken);
    }

    function getReserveVariableDebtToken(address asset) external view returns (address) {
        return address(reserves[asset].debtToken);
    }

    function getAssetPrice(address asset) external view returns (uint256) {
        return reserves[asset].price;
    }

    function getReserveNormalizedIncome(address asset) public view returns (uint256) {
        Reserve storage reserve = reserves[asset];
        return grow(reserve.liquidityIndex, reserve.liquidityRate, reserve.lastUpdate);
    }

    function getReserveNormalizedVariableDebt(address asset) public view returns (uint256) {
        Reserve storage reserve = reserves[asset];
        return grow(reserve.borrowIndex, reserve.borrowRate, reserve.lastUpdate);
    }

    function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)
        external
    {
        Reserve storage reserve = touch(asset);
        logReserve(asset, reserve);
        IERC20(asset).transferFrom(msg.sender, address(reserve.aToken), amount);
        bool first = reserve.aToken.scaledBalanceOf(onBehalfOf) == 0;
        reserve.aToken.mint(msg.sender, onBehalfOf, amount, reserve.liquidityIndex);
        if (first) emit ReserveUsedAsCollateralEnabled(asset, onBehalfOf);
        emit Supply(asset, msg.sender, onBehalfOf, amount, referralCode);
    }

    function withdraw(address asset, uint256 amount, address to) external returns (uint256) {
        Reserve storage reserve = touch(asset);
        uint256 balance = reserve.aToken.balanceOf(msg.sender);
        if (amount == type(uint256).max) amount = balance;
        require(amount > 0 && amount <= balance, "32");
        logReserve(asset, reserve);
        if (amount == balance) emit ReserveUsedAsCollateralDisabled(asset, msg.sender);
        reserve.aToken.burn(msg.sender, to, amount, reserve.liquidityIndex);
        requireHealthy(msg.sender);
        emit Withdraw(asset, msg.sender, to, amount);
        return amount;
    }

    function borrow(
        address asset,
        uint256 amount,
        uint256 interestRateMode,
        uint16 referralCode,
        address onBehalfOf
    ) external {
        require(interestRateMode == 2 && onBehalfOf == msg.sender, "33");
        Reserve storage reserve = touch(asset);
        reserve.debtToken.mint(msg.sender, onBehalfOf, amount, reserve.borrowIndex);
        (, uint256 debt, uint256 available,,,) = getUserAccountData(onBehalfOf);
        require(debt == 0 || available > 0, "36");
        logReserve(asset, reserve);
        reserve.aToken.transferUnderlyingTo(msg.sender, amount);
        emit Borrow(asset, msg.sender, onBehalfOf, amount, 2, reserve.borrowRate, referralCode);
    }

    function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)
        external
        returns (uint256)
    {
        require(interestRateMode == 2, "33");
        Reserve storage reserve = touch(asset);
        uint256 debt = reserve.debtToken.balanceOf(onBehalfOf);
        if (amount > debt) amount = debt;
        require(amount > 0, "39");
        reserve.debtToken.burn(onBehalfOf, amount, reserve.borrowIndex);
        logReserve(asset, reserve);
        IERC20(asset).transferFrom(msg.sender, address(reserve.aToken), amount);
        emit Repay(asset, onBehalfOf, msg.sender, amount, false);
        return amount;
    }

    function liquidationCall(
        address collateralAsset,
        address debtAsset,
        address user,
        uint256 debtToCover,
        bool receiveAToken
    ) external {
        Reserve storage collateral = touch(collateralAsset);
        Reserve storage debtReserve = touch(debtAsset);
        (,,,,, uint256 healthFactor) = getUserAccountData(user);
        require(healthFactor < 1e18, "45");
        uint256 debt = debtReserve.debtToken.balanceOf(user);
        uint256 coverable = healthFactor < 0.95e18 ? debt : debt / 2;
        if (debtToCover > coverable) debtToCover = coverable;
        uint256 seized;
        (debtToCover, seized) = seizure(collateral, debtReserve, user, debtToCover);
        debtReserve.debtToken.burn(user, debtToCover, debtReserve.borrowIndex);
        logReserve(debtAsset, debtReserve);
        if (receiveAToken) {
            collateral.aToken.transferOnLiquidation(user, msg.sender, seized);
        } else {
            logReserve(collateralAsset, collateral);
            collateral.aToken.burn(user, msg.sender, seized, collateral.liquidityIndex);
        }
        IERC20(debtAsset).transferFrom(msg.sender, address(debtReserve.aToken), debtToCover);
        emit LiquidationCall(
            collateralAsset, debtAsset, user, debtToCover, seized, msg.sender, receiveAToken
        );
    }

    function flashLoanSimple(
        address receiverAddress,
        address asset,
        uint256 amount,
        bytes calldata params,
        uint16 referralCode
    ) external {
        Reserve storage reserve = touch(asset);
        uint256 premium = (amount * FLASHLOAN_PREMIUM_TOTAL + 5_000) / 10_000;
        reserve.aToken.transferUnderlyingTo(receiverAddress, amount);
        require(
            IFlashLoanSimpleReceiver(receiverAddress).executeOperation(
                asset, amount, premium, msg.sender, params
            ),
            "13"
        );
        logReserve(asset, reserve);
        IERC20(asset).transferFrom(receiverAddress, address(reserve.aToken), amount + premium);
        emit FlashLoan(receiverAddress, msg.sender, asset, amount, 0, premium, referralCode);
    }

    /// Collateral, debt and borrowing room in the base currency (8 decimals); ratios in basis
    /// points; the health factor in wad, the largest integer without debt.
    function getUserAccountData(address user)
        public
        view
        returns (
            uint256 totalCollateralBase,
            uint256 totalDebtBase,
            uint256 availableBorrowsBase,
            uint256 currentLiquidationThreshold,
            uint256 ltv,
            uint256 healthFactor
        )
    {
        for (uint256 i = 0; i < assets.length; i++) {
            Reserve storage reserve = reserves[assets[i]];
            uint256 value = (reserve.aToken.balanceOf(user) * reserve.price) / reserve.unit;
            totalCollateralBase += value;
            ltv += value * reserve.loanToValue;
            currentLiquidationThreshold += value * reserve.liquidationThreshold;
            totalDebtBase += (reserve.debtToken.balanceOf(user) * reserve.price) / reserve.unit;
        }
        healthFactor = totalDebtBase == 0
            ? type(uint256).max
            : (currentLiquidationThreshold * 1e14) / totalDebtBase;
        uint256 room = ltv / 10_000;
        availableBorrowsBase = room > totalDebtBase ? room - totalDebtBase : 0;
        if (totalCollateralBase > 0) {
            ltv /= totalCollateralBase;
            currentLiquidationThreshold /= totalCollateralBase;
        }
    }

    function requireHealthy(address user) public view {
        (,,,,, uint256 healthFactor) = getUserAccountData(user);
        require(healthFactor >= 1e18, "35");
    }

    function seizure(
        Reserve storage collateral,
        Reserve storage debtReserve,
        address user,
        uint256 debtToCover
    ) private view returns (uint256 covered, uint256 seized) {
        uint256 owned = collateral.aToken.balanceOf(user);
        covered = debtToCover;
        seized = (debtToCover * debtReserve.price * collateral.unit * collateral.liquidationBonus)
            / (collateral.price * debtReserve.unit * 10_000);
        if (seized > owned) {
            seized = owned;
            covered = (owned * collateral.price * debtReserve.unit * 10_000)
                / (debtReserve.price * collateral.unit * collateral.liquidationBonus);
        }
    }

    function touch(address asset) private returns (Reserve storage reserve) {
        reserve = reserves[asset];
        require(address(reserve.aToken) != address(0), "82");
        if (reserve.lastUpdate == block.timestamp) return reserve;
        reserve.liquidityIndex = getReserveNormalizedIncome(asset);
        reserve.borrowIndex = getReserveNormalizedVariableDebt(asset);
        reserve.lastUpdate = block.timestamp;
    }

    function logReserve(address asset, Reserve storage reserve) private {
        emit ReserveDataUpdated(
            asset,
            reserve.liquidityRate,
            0,
            reserve.borrowRate,
            reserve.liquidityIndex,
            reserve.borrowIndex
        );
    }

    function grow(uint256 index, uint256 rate, uint256 since) private view returns (uint256) {
        return index + (index * ((rate * (block.timestamp - since)) / YEAR)) / RAY;
    }
}
