"""What a real pool pays when it is asked to: the figures that reading a position must give."""

from typing import Any


def paid_and_given(desk: Any) -> tuple[list[int], list[int]]:
    """What collecting would pay of the open position, and what its liquidity would give back."""
    pool, number = desk.market["pool"], desk.market["open"]
    with desk.chain.rolled_back():
        paid = desk.chain.transact(pool.collect(desk.fund, number))
        (log,) = pool.manager.logs(paid, "Collect")
    with desk.chain.rolled_back():
        freed = desk.chain.transact(pool.decrease(desk.fund, number, pool.liquidity(number)))
        (gone,) = pool.manager.logs(freed, "DecreaseLiquidity")
    return [log["amount0"], log["amount1"]], [gone["amount0"], gone["amount1"]]
