"""The real app on a real socket, its database, its clock, and the people who use it."""

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import urlencode

from kit.clock import FakeClock
from kit.dashboard_client import DashboardClient, add_person
from kit.data import Data
from kit.people import ALICES_CARD, Person, add_domain, add_key, lay_out_samples, open_account, open_bean_and_co
from kit.server import Server
from stampwell import app as composition
from stampwell.core.passwords import Passwords
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people.model import Role
from stampwell.features.stamps.contract.examples import SAMPLE_CREATE
from stampwell.http.route import Route
from stampwell.settings import Settings

CREATE = "/api/stamp/v1/create"
METRICS_TOKEN = "a-token-for-the-metrics"

_PATIENCE_S = 20.0


def sample(**fields: object) -> dict[str, object]:
    """The documented body, with those fields changed."""
    return {**SAMPLE_CREATE, **fields}


def least(**fields: object) -> dict[str, object]:
    """The smallest body that creates a stamp on Alice's card, with those fields added."""
    return {"cardIdx": ALICES_CARD, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **fields}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire. Header names in any case."""

    status: int
    headers: HTTPMessage
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def result(self) -> Any:
        """Of an answer that went well."""
        assert self.status == 200, self.content
        body = self.json
        assert (body["code"], body["message"]) == (0, ""), body
        return body["result"]


class Shop:
    """One server on one database. Close it, or use the fixtures, which do.

    `beside` is another shop on the same database, whose people are this one's too.
    """

    def __init__(self, database_url: str, *, beside: "Shop | None" = None, **settings: object) -> None:
        self.clock = FakeClock()
        with ExitStack() as opened:
            self.data = opened.enter_context(Data(database_url))
            values = {"database_url": database_url, "metrics_token": METRICS_TOKEN, **settings}
            # What a guess costs is not what these tests are about: `tests/core/test_passwords.py`.
            cheap = Passwords(memory_kib=64, passes=1)
            self.app = composition.build(Settings.model_validate(values), clock=self.clock, passwords=cheap)
            if beside is None:
                self.alice, self.bob = open_bean_and_co(self.data, now_us=self.clock.now_us())
                self.charlie = self.open_account(name="Charlie's", plan="premium")
            else:
                self.alice, self.bob, self.charlie = beside.alice, beside.bob, beside.charlie
            self.server = Server(self.app.asgi)
            opened.callback(self.server.stop)
            self._opened = opened.pop_all()

    def close(self) -> None:
        self._opened.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        by: Person | None = None,
        query: Mapping[str, object] | None = None,
        body: object = None,
        content: bytes | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Answer:
        """`by` sends that person's key; `body` goes as JSON, `content` as it is, both with a JSON content type."""
        path = f"{path}?{urlencode(query)}" if query else path
        sent: dict[str, str | bytes] = {} if by is None else {"Authorization": f"APIKey {by.key}"}
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        # A connection a request, and no library that would mend what a test sends wrong on purpose.
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=_PATIENCE_S)) as connection:
            connection.request(method, path, body=content, headers={**sent, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def get(self, path: str, by: Person, **query: object) -> Answer:
        """`get("/api/stamp/v1/get", alice, stampIdx=7)`."""
        return self.request("GET", path, by=by, query=query)

    def put(self, path: str, by: Person, *, headers: Mapping[str, str | bytes] | None = None, **body: object) -> Answer:
        """`put("/api/stamp/v1/add", alice, stampIdx=7)`."""
        return self.request("PUT", path, by=by, body=body, headers=headers)

    def send(
        self,
        route: Route,
        by: Person | None = None,
        *,
        request: Mapping[str, object] | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Answer:
        """That request, or the route's first example, as the route takes it: as its body or as its query."""
        request = route.examples[0].request if request is None else request
        if route.takes == "query":
            return self.request(route.method, route.path, by=by, query=request, headers=headers)
        return self.request(route.method, route.path, by=by, body=request, headers=headers)

    def lay_out_samples(self, *, stamps: int = 3) -> None:
        """Alice's card and stamp of the documented samples, the stamp with so many marks: her examples work then."""
        self.data.write(lay_out_samples, self.alice, stamps=stamps, now_us=self.clock.now_us())

    def create(self, by: Person, body: object, *, headers: Mapping[str, str | bytes] | None = None) -> Answer:
        return self.request("POST", CREATE, by=by, body=body, headers=headers)

    def refused(self, by: Person, body: object) -> Answer:
        """The answer to a create that must not go well: it has stored nothing."""
        before = self.data.stored()
        answer = self.create(by, body)
        assert answer.status >= 400, answer.content
        assert self.data.stored() == before
        return answer

    def metric(self, name: str) -> float:
        """The sum of that metric's samples, over all labels."""
        answer = self.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        lines = answer.content.decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def dashboard(self, of: Person | None = None, role: Role = Role.OWNER, *, name: str = "") -> DashboardClient:
        """The dashboard, with a new person of that account (Alice's) and role signed in."""
        account_id = (of or self.alice).account_id
        number = self.data.count("person") + 1
        person = add_person(
            self.data,
            account_id,
            name=name or f"{role.capitalize()} {number}",
            role=role,
            email=f"{role}{number}@shop{account_id}.example",
            password_hash="nobody can sign in with this",
            now_us=self.clock.now_us(),
        )
        return DashboardClient.signed_in(self.server.port, self.data, person, now_us=self.clock.now_us())

    def stranger(self) -> DashboardClient:
        """The dashboard, nobody signed in."""
        return DashboardClient(self.server.port)

    def open_account(self, **options: Any) -> Person:
        """See `kit.people.open_account`."""
        return open_account(self.data, now_us=self.clock.now_us(), **options)

    def with_key(self, person: Person, *, scopes: Iterable[str] = ALL_SCOPES, expires_at: int | None = None) -> Person:
        """The same person with another key."""
        key, key_id = add_key(self.data, person.account_id, scopes=scopes, expires_at=expires_at, now_us=self.clock.now_us())
        return Person(person.name, person.account_id, person.card_id, key, key_id)

    def add_domain(self, person: Person, origin: str, *, verified: bool = True) -> None:
        add_domain(self.data, person.account_id, origin, verified=verified, now_us=self.clock.now_us())
