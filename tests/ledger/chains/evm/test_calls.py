"""What an account was asked to call is read from the input of its transaction, or from a trace."""

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chains.evm.calls import _ASKED, asked, calls_of, traced
from ledger.chains.evm.codec import encoded
from ledger.model.activity import ENTRY_POINTS, Call

SENDER, ACCOUNT, TARGET, OTHER, CODE = (f"0x{digit * 40}" for digit in "12345")
ENTRY = min(ENTRY_POINTS)
APPROVE, PAY = "095ea7b3" + "00" * 64, "12345678" + "00" * 32
#: What `PAY` on `TARGET` reads as, asked of the account.
MEANT = Call(ACCOUNT, TARGET, "0x12345678", stated=True)
PREPARED = Call(ACCOUNT, OTHER, "0x095ea7b3", stated=True)


def hashed(signature):
    """The first four bytes that call a function."""
    return "0x" + keccak(text=signature)[:4].hex()


def given_to(signature, *values):
    """The input that calls a function with these values."""
    types, depth, start = [], 0, 0
    inner = signature.partition("(")[2][:-1]
    for place, sign in enumerate(inner):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            types.append(inner[start:place])
            start = place + 1
    types.append(inner[start:])
    return hashed(signature) + encoded(types, values)


def code(text):
    return bytes.fromhex(text.removeprefix("0x"))


def packed(*calls):
    """Calls of MultiSend: (operation, target, data)."""
    return b"".join(
        bytes([kind]) + code(to) + bytes(32) + len(code(data)).to_bytes(32, "big") + code(data)
        for kind, to, data in calls
    )


BATCH = given_to("multiSend(bytes)", packed((0, OTHER, APPROVE), (0, TARGET, PAY), (1, CODE, PAY)))
SAFE = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"
NOBODY = "0x" + "0" * 40
GAS = (0, 0, 0, NOBODY, NOBODY, b"signed")
ROLE = "execTransactionWithRole(address,uint256,bytes,uint8,bytes32,bool)"
ROLE_BY_NUMBER = "execTransactionWithRole(address,uint256,bytes,uint8,uint16,bool)"
ROLE_DATA = "execTransactionWithRoleReturnData(address,uint256,bytes,uint8,bytes32,bool)"
MODULE = "execTransactionFromModule(address,uint256,bytes,uint8)"
MODULE_DATA = "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)"
NEXT = "executeNextTx(address,uint256,bytes,uint8)"
SAFE_4337 = "executeUserOp(address,uint256,bytes,uint8)"
SAFE_4337_ERROR = "executeUserOpWithErrorString(address,uint256,bytes,uint8)"
KERNEL = "execute(address,uint256,bytes,uint8)"
ONE, ONE_NCC = "execute(address,uint256,bytes)", "execute_ncC(address,uint256,bytes)"
TWO_LISTS = "executeBatch(address[],bytes[])"
LISTS = "executeBatch(address[],uint256[],bytes[])"
LISTS_Y6U = "executeBatch_y6U(address[],uint256[],bytes[])"
STRUCTS = "executeBatch((address,uint256,bytes)[])"
MODED = "execute(bytes32,bytes)"
OPERATION_6 = "address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes"
OPERATION_7 = "address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes"
OPS_6, OPS_7 = (f"handleOps(({each})[],address)" for each in (OPERATION_6, OPERATION_7))
BOTH = [(OTHER, 0, code(APPROVE)), (TARGET, 7, code(PAY))]

#: Input of an account → the calls that it makes.
INPUTS = {
    SAFE: (given_to(SAFE, TARGET, 0, code(PAY), 0, *GAS), [MEANT]),
    f"{SAFE} of many": (
        given_to(SAFE, CODE, 0, code(BATCH), 1, *GAS),
        [PREPARED, MEANT],
    ),
    f"{SAFE} of coin": (
        given_to(SAFE, TARGET, 5, b"", 0, *GAS),
        [Call(ACCOUNT, TARGET, stated=True)],
    ),
    # code that is run as the account's own calls somebody whom the input does not name
    f"{SAFE} of code": (given_to(SAFE, CODE, 0, code(PAY), 1, *GAS), []),
    SAFE_4337: (given_to(SAFE_4337, TARGET, 0, code(PAY), 0), [MEANT]),
    SAFE_4337_ERROR: (given_to(SAFE_4337_ERROR, TARGET, 0, code(PAY), 0), [MEANT]),
    KERNEL: (given_to(KERNEL, TARGET, 0, code(PAY), 0), [MEANT]),
    ONE: (given_to(ONE, TARGET, 0, code(PAY)), [MEANT]),
    ONE_NCC: (given_to(ONE_NCC, TARGET, 0, code(PAY)), [MEANT]),
    TWO_LISTS: (
        given_to(TWO_LISTS, [OTHER, TARGET], [code(APPROVE), code(PAY)]),
        [PREPARED, MEANT],
    ),
    LISTS: (
        given_to(LISTS, [OTHER, TARGET], [0, 1], [code(APPROVE), code(PAY)]),
        [PREPARED, MEANT],
    ),
    LISTS_Y6U: (
        given_to(LISTS_Y6U, [OTHER, TARGET], [], [code(APPROVE), code(PAY)]),
        [PREPARED, MEANT],
    ),
    STRUCTS: (given_to(STRUCTS, BOTH), [PREPARED, MEANT]),
    MODED: (given_to(MODED, bytes(32), code(TARGET) + bytes(32) + code(PAY)), [MEANT]),
    f"{MODED} of many": (
        given_to(MODED, b"\x01" + bytes(31), code(given_to(STRUCTS, BOTH))[4:]),
        [PREPARED, MEANT],
    ),
    f"{MODED} of code": (given_to(MODED, b"\xff" + bytes(31), code(CODE) + code(PAY)), []),
}
#: Those that do not name who is to call: a module asks a Safe of its own.
BY_MODULE = {
    MODULE: (TARGET, 0, code(PAY), 0),
    MODULE_DATA: (TARGET, 0, code(PAY), 0),
    ROLE: (TARGET, 0, code(PAY), 0, bytes(32), True),
    ROLE_BY_NUMBER: (TARGET, 0, code(PAY), 0, 1, True),
    ROLE_DATA: (TARGET, 0, code(PAY), 0, bytes(32), True),
    NEXT: (TARGET, 0, code(PAY), 0),
}


@pytest.mark.parametrize("name", INPUTS)
def test_an_account_calls_what_its_input_says(name):
    data, calls = INPUTS[name]
    assert list(asked(SENDER, ACCOUNT, data)) == calls


@pytest.mark.parametrize("name", BY_MODULE)
def test_what_a_module_shall_call_is_asked_by_who_sent_it(name):
    data = given_to(name, *BY_MODULE[name])
    assert asked(SENDER, ACCOUNT, data) == (MEANT._replace(caller=SENDER),)


def operations(version, *inner):
    """The input of an entry point with operations (account, what it is called with)."""
    rest = (0, 0, 0, 0, 0, b"", b"s") if version == OPS_6 else (bytes(32), 0, bytes(32), b"", b"s")
    return given_to(version, [(who, 1, b"", code(data), *rest) for who, data in inner], SENDER)


@pytest.mark.parametrize("version", [OPS_6, OPS_7])
def test_an_operation_names_its_account_and_what_that_calls(version):
    data = operations(version, (OTHER, "0x"), (ACCOUNT, INPUTS[STRUCTS][0]), (CODE, INPUTS[ONE][0]))
    assert asked(SENDER, ENTRY, data) == (
        PREPARED,
        MEANT,
        Call(CODE, TARGET, "0x12345678", stated=True),
    )


def test_only_an_entry_point_is_asked_for_the_operations_of_others():
    data = operations(OPS_7, (ACCOUNT, INPUTS[ONE][0]))
    assert asked(SENDER, OTHER, data) == ()


def test_each_selector_is_the_hash_of_a_function_that_is_tested():
    tested = [name.partition(" ")[0] for name in INPUTS] + [*BY_MODULE, OPS_6, OPS_7]
    assert {hashed(each)[2:] for each in tested} == set(_ASKED)


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_ends_too_early_says_nothing_and_raises_nothing(name):
    data, calls = INPUTS[name]
    for end in range(len(data)):
        assert set(asked(SENDER, ACCOUNT, data[:end])) <= set(calls)


@given(st.sampled_from(sorted(_ASKED)), st.text("0123456789abcdef", max_size=700))
def test_no_input_raises(selector, rest):
    assert isinstance(asked(SENDER, ENTRY, "0x" + selector + rest), tuple)


def frame(kind, sender, to, *calls, data="0x", **said):
    return {"type": kind, "from": sender, "to": to, "input": data, "calls": list(calls), **said}


def test_a_trace_tells_who_called_whom_and_code_that_is_run_is_no_call():
    meant = frame("CALL", ACCOUNT, TARGET.upper().replace("X", "x"), data="0x12345678" + "00" * 32)
    lost = frame("CALL", ACCOUNT, OTHER, error="execution reverted")
    seen = frame("STATICCALL", ACCOUNT, OTHER)
    own = frame("DELEGATECALL", ACCOUNT, CODE, lost, seen, meant)
    assert traced(frame("CALL", SENDER, ACCOUNT, own)) == (MEANT._replace(stated=False),)


def test_a_payment_of_coin_has_no_selector_however_it_is_known():
    paid = frame("CALL", SENDER, ACCOUNT, frame("CALL", ACCOUNT, TARGET, value="0x1"))
    stated = asked(SENDER, ACCOUNT, given_to(ONE, TARGET, 1, b""))
    assert traced(paid) == tuple(call._replace(stated=False) for call in stated)


def test_of_many_calls_those_of_the_first_contract_count_and_none_of_a_dealer():
    pools = [f"0x{place:040x}" for place in range(1, 40)]
    busy = frame("CALL", ACCOUNT, TARGET, *(frame("CALL", TARGET, pool) for pool in pools))
    assert traced(frame("CALL", SENDER, ACCOUNT, busy)) == (Call(ACCOUNT, TARGET),)
    dealer = frame("CALL", SENDER, ACCOUNT, *(frame("CALL", ACCOUNT, pool) for pool in pools))
    assert traced(dealer) == ()


def test_code_that_is_run_is_no_depth_and_what_is_far_below_is_not_looked_at():
    meant = frame("CALL", ACCOUNT, TARGET)
    for _ in range(9):
        meant = frame("DELEGATECALL", ACCOUNT, CODE, meant)
    assert traced(frame("CALL", SENDER, ACCOUNT, meant)) == (Call(ACCOUNT, TARGET),)
    for _ in range(4):
        meant = frame("CALL", OTHER, ACCOUNT, meant)
    assert Call(ACCOUNT, TARGET) not in traced(meant)


def test_an_account_that_says_what_it_calls_is_not_asked_for_its_trace():
    guard = frame("CALL", ACCOUNT, OTHER, data="0x75f0bb52")
    root = frame("CALL", SENDER, ACCOUNT, guard)
    told = {"from": SENDER, "input": INPUTS[SAFE][0]}
    assert calls_of(told, root, ACCOUNT) == (MEANT,)
    unknown = {"from": SENDER, "input": "0xdeadbeef"}
    assert calls_of(unknown, root, ACCOUNT) == (Call(ACCOUNT, OTHER, "0x75f0bb52"),)
    assert calls_of(unknown, None, ACCOUNT) == ()
    # a module's input does not name the Safe, the trace does
    module = {"from": SENDER, "input": given_to(MODULE, *BY_MODULE[MODULE])}
    assert calls_of(module, root, OTHER) == (
        MEANT._replace(caller=SENDER),
        Call(ACCOUNT, OTHER, "0x75f0bb52"),
    )
