// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// Many calls in one, as the contract of this name answers them.
contract Multicall3 {
    struct Call3 {
        address target;
        bool allowFailure;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    /// Calls each in turn; one that may fail leaves the others alone.
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory results) {
        results = new Result[](calls.length);
        for (uint256 place = 0; place < calls.length; place++) {
            Call3 calldata one = calls[place];
            (bool success, bytes memory returned) = one.target.call(one.callData);
            require(success || one.allowFailure, "Multicall3: call failed");
            results[place] = Result(success, returned);
        }
    }

    /// The coin of an address.
    function getEthBalance(address account) external view returns (uint256) {
        return account.balance;
    }
}
