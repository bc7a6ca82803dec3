"""Many clients at once, each on a connection of its own, each remembering what it was answered."""

import http.client
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PATH = "/api/stamp/v1/create"


class Answer(NamedTuple):
    """`user_id` is the mark that the client put on its request."""

    user_id: str
    status: int
    envelope: dict[str, Any]


class Clients:
    """`count` threads that create stamps until `stop`, or until each has made `each` of them."""

    def __init__(self, base: str, api_key: str, *, count: int, each: int | None = None, card_idx: int = 123) -> None:
        self._address = urlsplit(base)
        self._headers = {"Authorization": f"APIKey {api_key}", "Content-Type": "application/json"}
        self._each = each
        self._card_idx = card_idx
        self._stopping = threading.Event()
        self._answers: list[list[Answer]] = [[] for _ in range(count)]
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(count)]
        for thread in self._threads:
            thread.start()

    @property
    def answered(self) -> int:
        """How many answers have arrived so far."""
        return sum(map(len, self._answers))

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> list[Answer]:
        """Waits for every client; all the answers that arrived whole."""
        for thread in self._threads:
            thread.join(60)
        return [answer for answers in self._answers for answer in answers]

    def _run(self, number: int) -> None:
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=30)
        # The server dies under its clients; what they were answered before is what the test is about.
        with suppress(OSError, http.client.HTTPException):
            sequence = 0
            while not self._stopping.is_set() and (self._each is None or sequence < self._each):
                self._answers[number].append(self._create(connection, f"{number}-{sequence}"))
                sequence += 1
        connection.close()

    def _create(self, connection: http.client.HTTPConnection, user_id: str) -> Answer:
        body = {"cardIdx": self._card_idx, "strtYmd": "2025-01-01", "endYmd": "2025-12-31", "userId": user_id}
        connection.request("POST", PATH, json.dumps(body), self._headers)
        response = connection.getresponse()
        return Answer(user_id, response.status, json.loads(response.read()))


def wait_for(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Returns when the condition holds; AssertionError when it does not in time."""
    waiting = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        waiting.wait(0.02)
    raise AssertionError("it did not happen in time")
