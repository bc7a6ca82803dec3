"""The proof of the ledger, as the command line does it."""

from kit.command import InProcess
from kit.load import wait_for
from kit.process import Done
from kit.shop import Shop
from stampwell.core.clock import SystemClock
from stampwell.db.clock_row import ClockRow, find_clock, save_clock


def prove_shop(shop: Shop, *words: str) -> Done:
    # The shop's own clock stands still, months away from this machine's, which would be suspect. The server looks once an hour.
    wait_for(lambda: shop.data.read(find_clock) is not None)
    shop.data.write(save_clock, ClockRow(SystemClock().now_us(), 0))
    return InProcess(shop.data.url).json("doctor", "--ledger", *words)


def differences_of(shop: Shop, stamp_idx: int) -> list[tuple[str, str, str]]:
    """What, expected and found of that stamp's differences."""
    done = prove_shop(shop)
    rows = [row for row in done.json["differences"] if row["stampIdx"] == stamp_idx]
    assert done.status == (1 if done.json["differences"] else 0)
    assert {row["accountIdx"] for row in rows} <= {shop.alice.account_id}
    return [(row["what"], row["expected"], row["found"]) for row in rows]
