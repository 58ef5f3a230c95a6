// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.20;

/// Ownership, approvals and logs of ERC-721 (EIP-721), without the receiver callback.
abstract contract ERC721 {
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    string public name;
    string public symbol;
    mapping(uint256 => address) internal owners;
    mapping(address => uint256) public balanceOf;
    mapping(uint256 => address) public getApproved;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    constructor(string memory name_, string memory symbol_) {
        name = name_;
        symbol = symbol_;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == 0x80ac58cd;
    }

    function ownerOf(uint256 tokenId) public view returns (address holder) {
        holder = owners[tokenId];
        require(holder != address(0), "ERC721: unknown token");
    }

    function approve(address approved, uint256 tokenId) external {
        address holder = ownerOf(tokenId);
        require(msg.sender == holder || isApprovedForAll[holder][msg.sender], "ERC721: not allowed");
        getApproved[tokenId] = approved;
        emit Approval(holder, approved, tokenId);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function transferFrom(address from, address to, uint256 tokenId) public {
        require(ownerOf(tokenId) == from, "ERC721: not the owner");
        require(_allowed(msg.sender, tokenId), "ERC721: not allowed");
        delete getApproved[tokenId];
        balanceOf[from] -= 1;
        balanceOf[to] += 1;
        owners[tokenId] = to;
        emit Transfer(from, to, tokenId);
    }

    function safeTransferFrom(address from, address to, uint256 tokenId) external {
        transferFrom(from, to, tokenId);
    }

    function _allowed(address spender, uint256 tokenId) internal view returns (bool) {
        address holder = ownerOf(tokenId);
        return spender == holder || spender == getApproved[tokenId]
            || isApprovedForAll[holder][spender];
    }

    function _mintToken(address to, uint256 tokenId) internal {
        require(owners[tokenId] == address(0), "ERC721: taken");
        owners[tokenId] = to;
        balanceOf[to] += 1;
        emit Transfer(address(0), to, tokenId);
    }

    function _burnToken(uint256 tokenId) internal {
        address holder = ownerOf(tokenId);
        balanceOf[holder] -= 1;
        delete owners[tokenId];
        delete getApproved[tokenId];
        emit Transfer(holder, address(0), tokenId);
    }
}

/// A collection in which anybody mints the next token, at a price in the chain's coin.
contract Collection is ERC721 {
    uint256 public immutable mintPrice;
    uint256 public minted;

    constructor(string memory name_, string memory symbol_, uint256 mintPrice_)
        ERC721(name_, symbol_)
    {
        mintPrice = mintPrice_;
    }

    function mint(address to) external payable returns (uint256 tokenId) {
        require(msg.value == mintPrice, "Collection: price");
        tokenId = ++minted;
        _mintToken(to, tokenId);
    }
}
