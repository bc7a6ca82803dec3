"""kill -9 in the middle of 16 tills that send every sale again until it is answered: each sale is one mark."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from kit.races import Request, Servers, add, create, ledger_of

_KILLS = 10
_TILLS = 16
_STAMPS_A_TILL = 4
_GOAL = 100


def test_every_sale_is_marked_once_over_ten_kills(servers: Servers) -> None:
    card = servers.new_card(maxStamps=_GOAL)
    rows = [create(card).body] * (_TILLS * _STAMPS_A_TILL)
    stamps = [row["stampIdx"] for row in servers.send(Request("POST", "stamp/v1/bulk", {"stamps": rows})).result]
    moments = random.Random(20261123)
    stopping = threading.Event()
    with ThreadPoolExecutor(_TILLS) as threads:
        selling = [threads.submit(_sell, servers, stamps[till::_TILLS], stopping) for till in range(_TILLS)]
        for _ in range(_KILLS):
            time.sleep(moments.uniform(0.1, 0.4))
            servers.restart()
        stopping.set()
        sold = [sale for till in selling for sale in till.result()]

    assert len(sold) > _KILLS * _TILLS
    marked = [row["note"] for stamp in stamps for row in ledger_of(servers.data, stamp)[1:]]
    assert sorted(marked) == sorted(sold)
    assert sum(servers.data.stamp(stamp)["stamps"] for stamp in stamps) == len(sold)


def _sell(servers: Servers, stamps: Sequence[int], stopping: threading.Event) -> list[str]:
    """The sales that were answered, each of them well: all that were begun."""
    sold: list[str] = []
    for stamp in stamps:
        for number in range(_GOAL):
            if stopping.is_set():
                return sold
            sale = f"{stamp}-{number}"
            assert servers.until_answered(add(stamp, note=sale).with_key(sale)).result is None
            sold.append(sale)
    return sold
