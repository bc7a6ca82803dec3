"""Authenticate, limit, authorize, decode, handle, envelope: what happens to every request of the API, in that order.

Unexpected exceptions of a request are caught in this file alone, those of pages too (`without_faults`).
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from stampwell.core.clock import WatchedClock
from stampwell.core.days import day_of
from stampwell.core.errors import AppError, DatabaseUnavailable, FieldError, FieldsWrong
from stampwell.core.phrases import Language, phrase
from stampwell.core.text import nearest
from stampwell.core.units import SECOND_US
from stampwell.core.unseen import unseen_in
from stampwell.http import envelope
from stampwell.http.context import Context, PrincipalT
from stampwell.http.decode import decode_body, decode_query
from stampwell.http.errors import InternalError, MethodNotAllowed, NoCredentials, NoSuchRoute
from stampwell.http.exchange import ClientGone, Exchange
from stampwell.http.route import Route

# For hosts that let no PUT or DELETE through. No page on another site can send it unasked: browsers ask the server first about
# a header of that kind, and an API request needs a key that no browser adds by itself.
_OVERRIDE = b"x-http-method-override"
_CAN_BE_SENT_AS_POST = frozenset({"POST", "PUT", "DELETE"})

# Characters of a path that anybody may have made up.
_LONGEST_SHOWN = 200
_CREDENTIALS = re.compile(rb"apikey +([!-~]+) *", re.IGNORECASE)
_AFTER_THE_SCHEME = re.compile(rb"apikey +([^ ](?:.*[^ ])?) *", re.IGNORECASE | re.DOTALL)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy(Generic[PrincipalT]):
    """What the kit asks of the product.

    authenticate: API key -> principal, or an AppError. limit: counts the request; its refusal, if any, and the
    headers that the answer carries whatever becomes of it. authorize: raises when the
    principal may not use the route. languages: the Accept-Language header, or None -> the language of the answer.
    observe: is called for every answer (route path or "", method, status, seconds). record: is called for every answer to a
    principal (when it began, method, route path, status, code, request id, how long it took; both times in microseconds).
    """

    authenticate: Callable[[str], Awaitable[PrincipalT]]
    limit: Callable[[PrincipalT], Awaitable[tuple[AppError | None, Mapping[str, str]]]]
    authorize: Callable[[PrincipalT, Route], None]
    languages: Callable[[bytes | None], Language]
    observe: Callable[[str, str, int, float], None]
    record: Callable[[PrincipalT, tuple[int, str, str, int, int, str, int]], None]
    business_errors_as_200: bool


class Dispatcher(Generic[PrincipalT]):
    """The ASGI application of the API."""

    def __init__(self, routes: Iterable[Route], *, policy: Policy[PrincipalT], clock: WatchedClock) -> None:
        self._routes: dict[str, dict[str, Route]] = {}
        for route in routes:
            self._routes.setdefault(route.path, {})[route.method] = route
        self._policy = policy
        self._clock = clock
        # Bound now, so that a line that is not wanted costs a call and no more.
        self._log = structlog.get_logger("stampwell.http").bind()

    def serves(self, path: str) -> bool:
        """Whether the path is one of the API's."""
        return path in self._routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, started_us = time.perf_counter(), self._clock.now_us()
        exchange: Exchange[PrincipalT] = Exchange(scope, receive, send, languages=self._policy.languages)
        methods = self._routes.get(exchange.path)
        try:
            status, body = 200, await self._handle(exchange, methods)
        except ClientGone:
            return
        except asyncio.CancelledError:  # the server stops, and this took longer than it can wait
            stopping = DatabaseUnavailable("the server is stopping", in_doubt=exchange.is_read)
            status, body = self._refusal(stopping, exchange)
        except AppError as error:
            status, body = self._refusal(error, exchange)
        except Exception:  # noqa: BLE001 - anything unexpected becomes an answer
            self._log.exception("fault", request_id=exchange.request_id, method=exchange.method, path=exchange.path)
            status, body = self._refusal(InternalError(request_id=exchange.request_id), exchange)
        await exchange.answer(status, body)
        self._log.debug("answered", request_id=exchange.request_id, method=exchange.method, path=exchange.path, status=status)
        seconds = time.perf_counter() - started
        self._policy.observe(exchange.path if methods else "", exchange.method, status, seconds)
        if exchange.principal is not None:
            latency_us = int(seconds * SECOND_US)
            row = (started_us, exchange.method, exchange.path, status, exchange.code, exchange.request_id, latency_us)
            self._policy.record(exchange.principal, row)

    async def _handle(self, exchange: Exchange[PrincipalT], methods: dict[str, Route] | None) -> bytes:
        route = self._find_route(exchange, methods)
        exchange.principal = principal = await self._policy.authenticate(_api_key(exchange.headers.get(b"authorization")))
        refusal, limits = await self._policy.limit(principal)
        exchange.out_headers += [(name.lower().encode(), value.encode()) for name, value in limits.items()]
        if refusal is not None:
            raise refusal
        self._policy.authorize(principal, route)
        takes_body = route.takes == "body"
        body = await (exchange.read_json_body() if takes_body else exchange.read_no_body())
        now_us = self._clock.now_us()
        context = Context(
            principal=principal,
            request_id=exchange.request_id,
            method=exchange.method,
            path=exchange.path,
            headers=exchange.headers,
            translate=exchange.language.translate,
            now_us=now_us,
            today=day_of(now_us, principal.time_zone),
            client=exchange.client,
            set_back_at=self._clock.set_back_at,
        )
        decode = decode_body if takes_body else decode_query
        result = await route.handler(context, decode(route.request, body=body, query=exchange.query, context=context))
        if not isinstance(result, envelope.Rendered):
            return envelope.success(result)
        exchange.out_headers += result.headers
        return result.body

    def _find_route(self, exchange: Exchange[PrincipalT], methods: dict[str, Route] | None) -> Route:
        if methods is None:
            near = nearest(exchange.path, self._routes)
            hint = phrase(" Did you mean {near}?", near=near) if near else phrase(" The documentation at /api/docs lists them.")
            raise NoSuchRoute(method=exchange.method, path=exchange.path[:_LONGEST_SHOWN], hint=hint)
        override = exchange.headers.get(_OVERRIDE)
        if override is not None:
            exchange.method = _overridden(exchange.method, override)
        route = methods.get(exchange.method)
        if route is None:
            raise MethodNotAllowed(path=exchange.path, method=exchange.method, allowed=methods)
        return route

    def _refusal(self, error: AppError, exchange: Exchange[PrincipalT]) -> tuple[int, bytes]:
        exchange.code = error.code
        exchange.out_headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in error.headers.items()]
        level = self._log.error if error.is_fault else self._log.info
        level(
            "refused",
            request_id=exchange.request_id,
            method=exchange.method,
            path=exchange.path[:_LONGEST_SHOWN],
            code=error.code,
            error=type(error).__name__,
            cause=str(error.__cause__ or ""),
        )
        # For clients of the API only: a probe of a path that is not there must not look healthy.
        as_200 = self._policy.business_errors_as_200 and exchange.path.startswith("/api/")
        return error.status_for(refusals_as_200=as_200), envelope.failure(error, exchange.language.translate)


def _overridden(method: str, override: bytes) -> str:
    """The method that a POST stands for. Raises FieldsWrong."""
    wanted = override.decode("latin-1").strip().upper()
    if wanted != method and not (method == "POST" and wanted in _CAN_BE_SENT_AS_POST):
        raise FieldsWrong([FieldError("X-HTTP-Method-Override", phrase("must be PUT or DELETE, and be sent with a POST"))])
    return wanted


async def without_faults(answering: Awaitable[T], *, log: Any, request_id: str, method: str, path: str) -> T:
    """The answer. Raises AppError and ClientDisconnect as they are, and InternalError, with a line in the log, for the rest."""
    try:
        return await answering
    except (AppError, ClientDisconnect):
        raise
    except Exception:
        log.exception("fault", request_id=request_id, method=method, path=path)
        raise InternalError(request_id=request_id) from None


def _api_key(header: bytes | None) -> str:
    found = _CREDENTIALS.fullmatch(header or b"")
    if found is None:
        key = _AFTER_THE_SCHEME.fullmatch(header or b"")
        raise NoCredentials(unseen=unseen_in(key[1].decode(errors="replace")) if key else None)
    return found[1].decode("ascii")
