"""Which events a process has handled."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from stampwell_client.events import WebhookEvent


class SeenEvents:
    """Which events were handled, by their webhookId: the same one may come more than once, and a resend comes on purpose.

    Threads may share it. It forgets when the process ends, and the oldest when there are more than `keep`. Where an event must
    never count twice, keep its webhookId in your database instead, in a unique column, in the transaction that handles it.
    """

    def __init__(self, keep: int = 10_000) -> None:
        self._keep = keep
        self._order: deque[str] = deque()
        self._done: set[str] = set()
        self._running: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def once(self, event: WebhookEvent) -> Iterator[bool]:
        """`with seen.once(event) as is_new:` handle it if `is_new`. If that raises, the next delivery is new again.

        Waits while another thread handles the same event.
        """
        name = event.webhookId
        if name is None:
            raise ValueError("This event is of a list, which has no webhookId. Remember the highest eventIdx instead.")
        with self._changed:
            self._changed.wait_for(lambda: name not in self._running)
            if is_new := name not in self._done:
                self._running.add(name)
        if not is_new:
            yield False
            return
        is_handled = False
        try:
            yield True
            is_handled = True
        finally:
            with self._changed:
                self._running.discard(name)
                if is_handled:
                    self._remember(name)
                self._changed.notify_all()

    def _remember(self, name: str) -> None:
        self._done.add(name)
        self._order.append(name)
        if len(self._order) > self._keep:
            self._done.discard(self._order.popleft())
