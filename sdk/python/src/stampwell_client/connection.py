"""Where calls go, and what is on every request."""

import json
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2

from stampwell_client.answers import read_answer
from stampwell_client.calls import Call, is_header_value
from stampwell_client.errors import TransportError
from stampwell_client.retries import Attempts, Retries
from stampwell_client.version import __version__

T = TypeVar("T")

_USER_AGENT = f"stampwell-client/{__version__}"
_LEAST_TIMEOUT_S = 0.001


@dataclass(frozen=True, slots=True)
class Connection(httpx2.Auth):
    """Signs requests, too: the key is nowhere else."""

    base_url: httpx2.URL
    api_key: str = field(repr=False)
    timeout_s: float
    retries: Retries
    language: str | None

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers["Authorization"] = f"APIKey {self.api_key}"
        yield request

    def attempts(self) -> Attempts:
        return Attempts(self.retries, now_s=time.monotonic())

    def request(self, http: httpx2.Client | httpx2.AsyncClient, call: Call[Any], attempts: Attempts) -> httpx2.Request:
        """The call as a request of that HTTP client, yet without the key."""
        headers = {"Accept": "application/json", "User-Agent": _USER_AGENT}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        if call.if_match is not None:
            headers["If-Match"] = call.if_match
        if call.wants_stamp:
            headers["Prefer"] = "return=representation"
        if self.language is not None:
            headers["Accept-Language"] = self.language
        return http.build_request(
            call.method,
            f"{str(self.base_url).rstrip('/')}{call.path}",
            params=call.query,
            content=None if call.body is None else json.dumps(call.body, ensure_ascii=False, allow_nan=False).encode(),
            headers=headers,
            timeout=max(_LEAST_TIMEOUT_S, min(self.timeout_s, attempts.remaining_s(now_s=time.monotonic()))),
        )

    def read(self, response: httpx2.Response, call: Call[T]) -> T:
        return read_answer(response, call, api_key=self.api_key, now=datetime.now(UTC))


def connection(base_url: str, *, api_key: str, timeout_s: float, retries: Retries, language: str | None) -> Connection:
    """Raises ValueError for what no request could carry; the message never holds the key."""
    try:
        url = httpx2.URL(base_url)
    except httpx2.InvalidURL as error:
        raise ValueError(f"base_url is no address: {error}") from None
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ValueError(f"base_url must be an address such as https://stamps.example.com, not {base_url!r}")
    if not is_header_value(api_key) or " " in api_key:
        raise ValueError("api_key must be an API key such as sk_live_…, without blanks or line ends around it")
    if language is not None and not is_header_value(language):
        raise ValueError("language must be a language tag such as ko, or an Accept-Language list")
    return Connection(url, api_key, timeout_s, retries, language)


@contextmanager
def transport_errors(call: Call[Any]) -> Iterator[None]:
    """What the HTTP client raises when no answer came becomes a TransportError."""
    try:
        yield
    except httpx2.RequestError as error:
        why = str(error) or type(error).__name__
        failure = TransportError(f"{call.method} {call.path} was not answered: {why}")
        failure.idempotency_key = call.idempotency_key
        raise failure from error
