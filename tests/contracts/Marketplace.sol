// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

import {ERC721} from "./Collection.sol";

/// Sales of ERC-721 tokens for the chain's coin, logged as Seaport logs a filled order.
contract Marketplace {
    struct SpentItem {
        uint8 itemType;
        address token;
        uint256 identifier;
        uint256 amount;
    }

    struct ReceivedItem {
        uint8 itemType;
        address token;
        uint256 identifier;
        uint256 amount;
        address payable recipient;
    }

    struct Listing {
        address seller;
        uint256 price;
    }

    event OrderFulfilled(
        bytes32 orderHash,
        address indexed offerer,
        address indexed zone,
        address recipient,
        SpentItem[] offer,
        ReceivedItem[] consideration
    );

    uint256 public constant FEE_BASIS_POINTS = 250;
    address payable public immutable feeRecipient;
    mapping(address => mapping(uint256 => Listing)) public listings;

    constructor(address payable feeRecipient_) {
        feeRecipient = feeRecipient_;
    }

    /// Offers a token; the seller approves this contract beforehand and keeps the token until sold.
    function list(address collection, uint256 tokenId, uint256 price) external {
        require(ERC721(collection).ownerOf(tokenId) == msg.sender, "Marketplace: seller");
        listings[collection][tokenId] = Listing(msg.sender, price);
    }

    /// Pays the seller, less the fee, and hands the token to the buyer.
    function buy(address collection, uint256 tokenId) external payable {
        Listing memory listing = listings[collection][tokenId];
        require(listing.seller != address(0) && msg.value == listing.price, "Marketplace: price");
        delete listings[collection][tokenId];
        uint256 fee = (msg.value * FEE_BASIS_POINTS) / 10_000;
        SpentItem[] memory offer = new SpentItem[](1);
        offer[0] = SpentItem(2, collection, tokenId, 1);
        ReceivedItem[] memory consideration = new ReceivedItem[](2);
        consideration[0] =
            ReceivedItem(0, address(0), 0, msg.value - fee, payable(listing.seller));
        consideration[1] = ReceivedItem(0, address(0), 0, fee, feeRecipient);
        bytes32 orderHash = keccak256(abi.encode(collection, tokenId, listing.seller, msg.value));
        emit OrderFulfilled(
            orderHash, listing.seller, address(0), msg.sender, offer, consideration
        );
        ERC721(collection).transferFrom(listing.seller, msg.sender, tokenId);
        for (uint256 i = 0; i < consideration.length; i++) {
            (bool sent,) = consideration[i].recipient.call{value: consideration[i].amount}("");
            require(sent, "Marketplace: payee");
        }
    }
}
