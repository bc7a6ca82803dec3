"""The client that waits for its answers."""

import time
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from stampwell_client.calls import Call
from stampwell_client.cards import Cards
from stampwell_client.connection import connection, transport_errors
from stampwell_client.errors import StampwellError
from stampwell_client.locations import Locations
from stampwell_client.retries import Retries
from stampwell_client.stamps import Stamps
from stampwell_client.webhook_endpoints import Webhooks

T = TypeVar("T")


class Stampwell:
    """One shop's door to its Stampwell. Threads may share it. Close it, or use it as a context manager.

    `timeout_s` is for each attempt to connect, send or receive. `language` is what messages are asked for in. `http` is an
    HTTP client of your own (proxies, certificates, a transport); it stays yours to close.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str,
        timeout_s: float = 10.0,
        retries: Retries | None = None,
        language: str | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        self._connection = connection(
            base_url, api_key=api_key, timeout_s=timeout_s, retries=retries or Retries(), language=language
        )
        self._http = http or httpx2.Client()
        self._is_own_http = http is None
        self.stamps = Stamps(self._run)
        self.cards = Cards(self._run)
        self.locations = Locations(self._run)
        self.webhooks = Webhooks(self._run)

    def __repr__(self) -> str:
        return f"Stampwell({self._connection.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        if self._is_own_http:
            self._http.close()

    def _run(self, call: Call[T], /) -> T:
        attempts = self._connection.attempts()
        while True:
            try:
                with transport_errors(call):
                    request = self._connection.request(self._http, call, attempts)
                    response = self._http.send(request, auth=self._connection, follow_redirects=False)
                return self._connection.read(response, call)
            except StampwellError as error:
                wait_s = attempts.wait_s(error, now_s=time.monotonic())
                if wait_s is None:
                    raise
            time.sleep(wait_s)
