// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {IERC20} from "./Token.sol";
import {IWrappedNative} from "./WrappedNative.sol";

/// One end of a bridge with Across v3's calls and logs: deposits wait here, relayers fill there.
/// A deposit and its fill share the origin chain's number and the deposit's number.
contract SpokePool {
    struct V3RelayData {
        address depositor;
        address recipient;
        address exclusiveRelayer;
        address inputToken;
        address outputToken;
        uint256 inputAmount;
        uint256 outputAmount;
        uint256 originChainId;
        uint32 depositId;
        uint32 fillDeadline;
        uint32 exclusivityDeadline;
        bytes message;
    }

    enum FillType {
        FastFill,
        ReplacedSlowFill,
        SlowFill
    }

    struct V3RelayExecutionEventInfo {
        address updatedRecipient;
        bytes updatedMessage;
        uint256 updatedOutputAmount;
        FillType fillType;
    }

    event V3FundsDeposited(
        address inputToken,
        address outputToken,
        uint256 inputAmount,
        uint256 outputAmount,
        uint256 indexed destinationChainId,
        uint32 indexed depositId,
        uint32 quoteTimestamp,
        uint32 fillDeadline,
        uint32 exclusivityDeadline,
        address indexed depositor,
        address recipient,
        address exclusiveRelayer,
        bytes message
    );
    event FilledV3Relay(
        address inputToken,
        address outputToken,
        uint256 inputAmount,
        uint256 outputAmount,
        uint256 repaymentChainId,
        uint256 indexed originChainId,
        uint32 indexed depositId,
        uint32 fillDeadline,
        uint32 exclusivityDeadline,
        address exclusiveRelayer,
        address indexed relayer,
        address depositor,
        address recipient,
        bytes message,
        V3RelayExecutionEventInfo relayExecutionInfo
    );

    address public immutable wrappedNativeToken;
    uint32 public numberOfDeposits;
    mapping(bytes32 => bool) public filled;

    constructor(address wrappedNativeToken_) {
        wrappedNativeToken = wrappedNativeToken_;
    }

    receive() external payable {}

    function depositV3(
        address depositor,
        address recipient,
        address inputToken,
        address outputToken,
        uint256 inputAmount,
        uint256 outputAmount,
        uint256 destinationChainId,
        address exclusiveRelayer,
        uint32 quoteTimestamp,
        uint32 fillDeadline,
        uint32 exclusivityDeadline,
        bytes calldata message
    ) external payable {
        require(fillDeadline >= block.timestamp, "SpokePool: deadline");
        if (msg.value > 0) {
            require(
                inputToken == wrappedNativeToken && msg.value == inputAmount, "SpokePool: value"
            );
            IWrappedNative(inputToken).deposit{value: msg.value}();
        } else {
            IERC20(inputToken).transferFrom(msg.sender, address(this), inputAmount);
        }
        emit V3FundsDeposited(
            inputToken,
            outputToken,
            inputAmount,
            outputAmount,
            destinationChainId,
            numberOfDeposits++,
            quoteTimestamp,
            fillDeadline,
            exclusivityDeadline,
            depositor,
            recipient,
            exclusiveRelayer,
            message
        );
    }

    /// The relayer pays the recipient; a wallet gets the wrapped coin as coin, as on the real pool.
    function fillV3Relay(V3RelayData calldata relayData, uint256 repaymentChainId) external {
        require(relayData.fillDeadline >= block.timestamp, "SpokePool: deadline");
        bytes32 relayHash = keccak256(abi.encode(relayData, block.chainid));
        require(!filled[relayHash], "SpokePool: filled");
        filled[relayHash] = true;
        emit FilledV3Relay(
            relayData.inputToken,
            relayData.outputToken,
            relayData.inputAmount,
            relayData.outputAmount,
            repaymentChainId,
            relayData.originChainId,
            relayData.depositId,
            relayData.fillDeadline,
            relayData.exclusivityDeadline,
            relayData.exclusiveRelayer,
            msg.sender,
            relayData.depositor,
            relayData.recipient,
            relayData.message,
            V3RelayExecutionEventInfo(
                relayData.recipient, relayData.message, relayData.outputAmount, FillType.FastFill
            )
        );
        IERC20 token = IERC20(relayData.outputToken);
        if (relayData.outputToken != wrappedNativeToken || relayData.recipient.code.length > 0) {
            token.transferFrom(msg.sender, relayData.recipient, relayData.outputAmount);
            return;
        }
        token.transferFrom(msg.sender, address(this), relayData.outputAmount);
        IWrappedNative(wrappedNativeToken).withdraw(relayData.outputAmount);
        (bool sent,) = relayData.recipient.call{value: relayData.outputAmount}("");
        require(sent, "SpokePool: recipient");
    }
}
