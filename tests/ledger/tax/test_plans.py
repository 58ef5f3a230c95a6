"""Which sale a plan of lots serves, and which it does not."""

from ledger.model.filing import LotPlan
from ledger.model.fund import WalletId
from ledger.tax.plans import served
from tests.ledger.notation import asset_named
from tests.ledger.tax.kept import at, on

SALE = on("2024-07-01", "asset:w ETH -5 dispose = -500\nasset:w USD 500 acquire = 500", "sale")
LATER = on("2024-08-01", "asset:w ETH -5 dispose = -500\nasset:w USD 500 acquire = 500", "later")


def plan(day, *lots, quantity=5, wallet="w", asset="ETH"):
    return LotPlan(asset_named(asset), WalletId(wallet), quantity, lots or ("a:0",), "Ann", at(day))


def test_a_plan_serves_the_first_sale_after_it_and_no_other():
    one = plan("2024-06-30")
    assert served([one], [SALE, LATER]).plans == {"sale": one}


def test_a_plan_made_after_the_sale_never_serves_it():
    one = plan("2024-07-02")
    assert served([one], [SALE]).plans == {}
    assert served([one], [SALE, LATER]).plans == {"later": one}


def test_the_time_of_the_sale_is_still_in_time():
    one = plan("2024-07-01")
    assert served([one], [SALE]).plans == {"sale": one}


def test_the_latest_plan_before_a_sale_counts_and_the_former_does_not_come_back():
    first, second = plan("2024-06-01", "a:0"), plan("2024-06-02", "b:0")
    assert served([second, first], [SALE, LATER]).plans == {"sale": second}


def test_a_sale_of_more_than_was_planned_is_a_problem_and_takes_no_lot_of_the_plan():
    found = served([plan("2024-06-01", quantity=4)], [SALE, LATER])
    assert found.plans == {}
    assert [(one.code, one.source) for one in found.problems] == [("plan_not_met", "sale")]
    assert found.problems[0].message.startswith(f"sale: 0.{'0' * 17}5 ETH left and the lot plan")


def test_another_wallet_another_asset_and_gas_are_no_sale_of_the_plan():
    gas = on("2024-06-15", "asset:w ETH -1 dispose = -40\nexpense:gas ETH 1 none = 40", "gas")
    moved = on("2024-06-16", "asset:w ETH -1 move\nasset:v ETH 1 move", "moved")
    one = plan("2024-06-01")
    assert served([one], [gas, moved, SALE]).plans == {"sale": one}
    others = [plan("2024-06-01", wallet="v"), plan("2024-06-01", asset="BTC")]
    assert served(others, [SALE]).plans == {}
