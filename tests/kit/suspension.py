"""A request of an account that is suspended before it, or in the middle of it at any moment: nothing may change."""

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

from kit.contents import everything
from kit.data import Data
from kit.shop import Shop
from kit.unlogged import unlogged
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts


def suspend(shop: Shop, account_id: int) -> None:
    """By a connection of its own, so from any thread."""

    def by_another() -> None:
        with Data(shop.data.url) as data:
            data.write(unlogged(accounts.suspend), account_id, actor=OPERATOR, now_us=shop.clock.now_us())

    another = threading.Thread(target=by_another)
    another.start()
    another.join()


def resume(shop: Shop, account_id: int) -> None:
    shop.data.write(unlogged(accounts.resume), account_id, actor=OPERATOR, now_us=shop.clock.now_us())


def changes_nothing_while_suspended(
    shop: Shop, account_id: int, ready: Callable[[], Any], send: Callable[[Any], Any], is_refused: Callable[[Any], bool]
) -> Any:
    """Sends the request while the account is suspended; then again and again, suspending it whenever the request looks at the
    clock, once for every look; and at last while it is in good standing. The last answer: to a request that changed something.

    ready: makes what a request needs that is not suspended yet; what it changes is no change.
    """
    for look in count():
        prepared = ready()
        suspend(shop, account_id)
        before = everything(shop.data)
        if look:
            resume(shop, account_id)
            shop.clock.happens_at(look, lambda: suspend(shop, account_id))
        answer = send(prepared)
        if look and not shop.clock.has_happened:
            after = everything(shop.data)
            # What it looks like while suspended is the other side of the comparison.
            assert {**after, "account": []} != {**before, "account": []}, "a request that is valid changes something"
            return answer
        assert is_refused(answer), (look, answer.status, answer.content[:2000])
        assert everything(shop.data) == before, look
        resume(shop, account_id)
    raise AssertionError("unreachable: a request looks at the clock a few times")
