"""The client for asyncio."""

import asyncio
import time
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from stampwell_client.async_cards import AsyncCards
from stampwell_client.async_locations import AsyncLocations
from stampwell_client.async_stamps import AsyncStamps
from stampwell_client.async_webhook_endpoints import AsyncWebhooks
from stampwell_client.calls import Call
from stampwell_client.connection import connection, transport_errors
from stampwell_client.errors import StampwellError
from stampwell_client.retries import Retries

T = TypeVar("T")


class AsyncStampwell:
    """`Stampwell`, to be awaited. Tasks of one event loop may share it. Close it, or use it as a context manager."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str,
        timeout_s: float = 10.0,
        retries: Retries | None = None,
        language: str | None = None,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._connection = connection(
            base_url, api_key=api_key, timeout_s=timeout_s, retries=retries or Retries(), language=language
        )
        self._http = http or httpx2.AsyncClient()
        self._is_own_http = http is None
        self.stamps = AsyncStamps(self._run)
        self.cards = AsyncCards(self._run)
        self.locations = AsyncLocations(self._run)
        self.webhooks = AsyncWebhooks(self._run)

    def __repr__(self) -> str:
        return f"AsyncStampwell({self._connection.base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._is_own_http:
            await self._http.aclose()

    async def _run(self, call: Call[T], /) -> T:
        attempts = self._connection.attempts()
        while True:
            try:
                with transport_errors(call):
                    request = self._connection.request(self._http, call, attempts)
                    response = await self._http.send(request, auth=self._connection, follow_redirects=False)
                return self._connection.read(response, call)
            except StampwellError as error:
                wait_s = attempts.wait_s(error, now_s=time.monotonic())
                if wait_s is None:
                    raise
            await asyncio.sleep(wait_s)
