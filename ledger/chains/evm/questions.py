"""Questions about balances and tokens go to the node, answers come back as evidence."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from ledger.chains.evm.codec import decoded_text, encoded
from ledger.chains.evm.fetch import BALANCE_OF, DECIMALS
from ledger.chains.evm.multicall import ask_together
from ledger.chains.networks import NETWORKS, Network, network_named
from ledger.model.activity import Activity
from ledger.model.asset import (
    Asset,
    AssetId,
    contract_of,
    known_without_asking,
    native,
    parse_asset_id,
)
from ledger.model.errors import BadInput
from ledger.model.evidence import Answer, Question, canonical_json
from ledger.transport import Asked, Node, NodeError

_SYMBOL: Final = "0x95d89b41"
_OWNER_OF: Final = "0x6352211e"
_BALANCE_OF_PIECE: Final = "0x00fdd58e"
_SYMBOL_MAX: Final = 32
#: Hexadecimal digits of an answer that may be decoded: eight words.
_ENCODED_MAX: Final = 2 + 8 * 64
_DECIMALS_MAX: Final = 255


def fetch_balance(node: Node, question: Question) -> Answer:
    """The balance of `wallet id|asset id` at the question's block (None: newest), in base units.

    Native coin, ERC-20, ERC-721 (1 or 0) and ERC-1155. The answer is a whole number as text, null
    where the contract does not answer. Raises SourceUnavailable, and BadInput for another subject.
    """
    (answer,) = fetch_balances(node, [question])
    return answer


def fetch_balances(node: Node, questions: Sequence[Question]) -> list[Answer]:
    """As `fetch_balance` for each question, in their order; those of one block are asked together.

    All are of the network of the first. Raises the first error that there is.
    """
    calls = [_balance_call(question) for question in questions]
    asked = [call for call in calls if call is not None]
    if not asked:
        return [_answer(node, question, None) for question in questions]
    network = network_named(questions[0].subject.rpartition("|")[2].partition("/")[0])
    said = iter(ask_together(node, network, asked))
    return [
        _answer(node, question, None if call is None else _units(question, next(said)))
        for question, call in zip(questions, calls, strict=True)
    ]


def _balance_call(question: Question) -> Asked | None:
    """What a node is asked for a balance; None where the asset is in no contract."""
    asset, owner = _asset_and_owner(question)
    block = "latest" if question.block is None else hex(question.block)
    if asset.endswith("/slip44:60"):
        return "eth_getBalance", [owner, block]
    contract = contract_of(asset)
    if contract is None:
        return None
    standard, _, piece = asset.partition("/")[2].partition(":")
    token = int(piece.partition("/")[2] or "0")
    calls: dict[str, tuple[str, list[str], list[Any]]] = {
        "erc20": (BALANCE_OF, ["address"], [owner]),
        "erc721": (_OWNER_OF, ["uint256"], [token]),
        "erc1155": (_BALANCE_OF_PIECE, ["address", "uint256"], [owner, token]),
    }
    selector, types, arguments = calls[standard]
    return "eth_call", [{"to": contract, "data": selector + encoded(types, arguments)}, block]


def _asset_and_owner(question: Question) -> tuple[AssetId, str]:
    wallet, _, asset_text = question.subject.partition("|")
    asset = parse_asset_id(asset_text)
    owner = wallet.rpartition(":")[2].lower()
    if question.kind != "balance" or not wallet.startswith("eip155:") or len(owner) != 42:
        raise BadInput(f"{question.subject[:120]!r} is no balance of an EVM wallet")
    return asset, owner


def _units(question: Question, answer: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    """The whole number that a node answered, as text; raises what it answered in place of one."""
    asset, owner = _asset_and_owner(question)
    if asset.endswith("/slip44:60"):
        if isinstance(answer, NodeError):
            raise answer
        return str(int(answer, 16))
    said = _said(answer)
    one_of_a_kind = "/erc721:" in asset
    if said is None or len(said) != 66:
        return "0" if one_of_a_kind else None
    units = int(said, 16)
    return str(int(units == int(owner, 16)) if one_of_a_kind else units)


def fetch_token(node: Node, question: Question) -> Answer:
    """Symbol and decimals of a token; null where the contract states no decimals from 0 to 255.

    Names are hostile input: a symbol is decoded within bounds, as string or bytes32, loses control
    and format characters, and is cut to 32 characters; without one the address stands in.
    """
    contract = contract_of(parse_asset_id(question.subject))
    if question.kind != "token" or contract is None:
        raise BadInput(f"{question.subject[:120]!r} is no token of an EVM network")
    stated = _call(node, contract, DECIMALS, "latest")
    if stated is None or len(stated) != 66 or int(stated, 16) > _DECIMALS_MAX:
        return _answer(node, question, None)
    symbol = _symbol(_call(node, contract, _SYMBOL, "latest")) or contract[:10]
    return _answer(node, question, {"symbol": symbol, "decimals": int(stated, 16)})


def token_questions(activity: Activity, owned: Collection[str]) -> tuple[Question, ...]:
    """What must be asked about the tokens that owned addresses gave or got, without doubles."""
    touched = {
        transfer.asset
        for transfer in activity.transfers
        if transfer.sender in owned or transfer.recipient in owned
    }
    unknown = sorted(asset for asset in touched if known_without_asking(asset) is None)
    return tuple(Question("token", asset) for asset in unknown)


def assets_from_answers(
    answers: Iterable[Answer], networks: Iterable[Network] = tuple(NETWORKS.values())
) -> dict[AssetId, Asset]:
    """Assets by id: the native coins of the networks, and each token as its answer describes it.

    A token that states no decimals has 0, so that it shows in base units.
    """
    assets = {
        native(network.id): Asset(native(network.id), network.symbol, 18, "native")
        for network in networks
    }
    for answer in answers:
        if answer.question.kind != "token":
            continue
        asset = AssetId(answer.question.subject)
        said = answer.value()
        if isinstance(said, dict):
            assets[asset] = Asset(asset, str(said["symbol"]), int(said["decimals"]))
        else:
            assets[asset] = Asset(asset, (contract_of(asset) or asset)[:10], 0)
    return assets


def _answer(node: Node, question: Question, value: object) -> Answer:
    return Answer(question, canonical_json(value), node.host)


def _call(node: Node, contract: str, data: str, block: str) -> str | None:
    """What a view answers, in hexadecimal; None where it fails or answers nothing, or too much."""
    (answer,) = node.ask_each([("eth_call", [{"to": contract, "data": data}, block])])
    return _said(answer)


def _said(said: Any) -> str | None:  # noqa: ANN401 -- any JSON value
    """The answer of a view, None where it fails; raises where it is the node that failed."""
    if isinstance(said, NodeError):
        if said.reverted:
            return None
        raise said
    if not isinstance(said, str) or not 2 < len(said) <= _ENCODED_MAX or said[:2] != "0x":
        return None
    try:
        int(said, 16)
    except ValueError:
        return None
    return said


def _symbol(said: str | None) -> str:
    """The text of an answer, as `string` or as `bytes32`; empty where it is neither."""
    if said is None or len(said) % 2:
        return ""
    from eth_abi.exceptions import DecodingError

    data = bytes.fromhex(said[2:])
    try:
        text = data.rstrip(b"\0").decode() if len(data) == 32 else decoded_text(data)
    except (DecodingError, UnicodeDecodeError, OverflowError):
        return ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_SYMBOL_MAX]
