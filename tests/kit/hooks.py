"""A receiver of webhooks on a real socket, and what it has received."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

from kit.data import Data
from kit.load import wait_for
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.events.model import EventType
from stampwell.features.events.service import tell_at_once
from stampwell.features.webhooks import attempt_queries
from stampwell.features.webhooks.model import Attempt, Webhook
from stampwell.features.webhooks.queries import insert
from stampwell.features.webhooks.service import create_webhook
from stampwell.features.webhooks.signing import new_secret

ALLOW = "127.0.0.0/8"


class Received(NamedTuple):
    """A request as it came; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return str(self.json["type"])

    @property
    def data(self) -> Any:
        return self.json["data"]


class Reply(NamedTuple):
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""


Answering = Callable[[Received], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Hooks:
    """Listens on `url` within `with`. `answer` may be changed; it is asked in the thread of the connection."""

    def __init__(self, answer: Answering | None = None) -> None:
        self.answer = answer or (lambda _: Reply())
        self.received: list[Received] = []
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                reply = hooks.answer(received)
                hooks.received.append(received)
                content = reply.text.encode()
                self.send_response(reply.status)
                for name, value in (*reply.headers, ("Content-Length", str(len(content)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/stampwell"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def until(self, count: int) -> list[Received]:
        """Waits for so many requests; those that have come, in order."""
        wait_for(lambda: len(self.received) >= count, seconds=20)
        return list(self.received)

    def types(self) -> list[str]:
        return [one.type for one in self.received]


def add_webhook(shop: Shop, url: str, *, by: Person | None = None, **fields: Any) -> Webhook:
    """Without asking the API: for tests of what it does then."""
    return store_webhook(shop.data, (by or shop.alice).account_id, url, now_us=shop.clock.now_us(), **fields)


def store_webhook(data: Data, account_id: int, url: str, *, now_us: int, **fields: Any) -> Webhook:
    """As `add_webhook`, where no server runs."""
    given: dict[str, Any] = {
        "webhook_id": 0,
        "account_id": account_id,
        "url": url,
        "event_types": (),
        "card_id": 0,
        "thin": False,
        "personal": False,
        "description": "",
        "active": True,
        "secret": new_secret(),
        "old_secret": None,
        "old_secret_until": None,
        "last_success_at": None,
        "failing_since": None,
        "warned_at": None,
        "created_at": now_us,
    }
    return data.write(insert, Webhook(**{**given, **fields}))


def lay_out_webhook(tx: Tx, account_id: int, card_id: int, *, text: str, now_us: int) -> tuple[int, int]:
    """A webhook of that description for one card, and an event that was not accepted there: the numbers of both."""
    # Of a type that is rare, so that nothing is sent by itself.
    given = {
        "url": "https://tea.example/hook",
        "description": text,
        "card_id": card_id,
        "event_types": (EventType.WEBHOOK_FAILING.value,),
    }
    webhook = create_webhook(tx, account_id, given, url_rule=lambda _: None, actor=OPERATOR, now_us=now_us)
    told = tell_at_once(tx, account_id, EventType.WEBHOOK_TEST, {"webhookIdx": webhook.webhook_id}, now_us=now_us)
    log_attempt(tx, webhook, told.event_id, now_us=now_us, answer=text)
    return webhook.webhook_id, told.event_id


def log_attempt(
    tx: Tx,
    webhook: Webhook,
    event_id: int,
    *,
    now_us: int,
    status: int | None = 503,
    answer: str = "",
    next_at: int | None = None,
) -> None:
    """Of 42 milliseconds, as if it ended now."""
    attempt = Attempt(webhook.account_id, webhook.webhook_id, event_id, now_us, 42, status, answer, next_at)
    attempt_queries.insert(tx, [attempt])
