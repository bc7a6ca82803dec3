"""Whatever a stranger sends to whichever route costs a real server little: processor time and memory as the kernel counts them.

The routes come from the tables that the server is made of, so that a new one cannot forget this.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse, RemoteDisconnected
from itertools import count
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httpx2
import pytest

from kit.budget import Meter
from kit.data import Data
from kit.databases import Databases
from kit.hostile_requests import Headers, Hostile, hostile_to, raw
from kit.people import ALICES_CARD, open_account
from kit.process import ServerProcess
from kit.shop import CREATE, least
from stampwell import app as composition
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.drawing.color_sheets import MOST_COLORS, sheet_path
from stampwell.features.images.model import Picture
from stampwell.features.images.service import store
from stampwell.features.people import access_links as people_links
from stampwell.features.people import service as people
from stampwell.features.people.model import Role
from stampwell.settings import Settings

BUDGET_S = 0.1
"""Processor time of one request; what used to be possible took half a second to twenty."""

HASHING_S = 0.3
"""Where a password is compared, which takes long on purpose."""

MORE_MEMORY_MIB = 96
"""Over everything that is sent: two hashes at once take 38."""

STATUSES = {200, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 413, 414, 415, 429, 431}
CUT_OFF = 0
"""The server had hung up before all was sent."""

# Everybody is refused alike there before the route decides on anything: each gets a share, all of them together get everything.
_SHARES = 10
_TRIES = 3
_PATIENCE_S = 60.0
_PART = re.compile(r"\{(\w+)(?::\w+)?\}")
_TOKEN = re.compile(r'name="token" value="(\w+)"')
_HASHING = ("/sign-in", "/join/", "/password/", "/pin", "/pin/choose", "/mark", "/redeem")
_PASSWORD = "correct horse battery"


class Place(NamedTuple):
    """parts: of paths, by name. tokens: of links that are good, by the part of the path before them. forms: see `_fields`."""

    server: ServerProcess
    meter: Meter
    app: composition.App
    parts: dict[str, str]
    tokens: dict[str, str]
    codes: dict[str, str]


class Attacked(NamedTuple):
    """A route as it is asked for. whole: whether it is sent everything."""

    method: str
    path: str
    fields: str
    whole: bool


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url, now_us = databases.fresh("sqlite"), SystemClock().now_us()
    folder = tmp_path_factory.mktemp("server")
    with Data(url) as data, ServerProcess(folder, database_url=url, trusted_proxies="127.0.0.1") as server:
        account = open_account(data, card_id=ALICES_CARD, now_us=now_us)
        owner = data.write(
            people.add_person, account.account_id, email="alice@beans.example", name="Alice", role=Role.OWNER, now_us=now_us
        )
        invited = people_links.invite
        links = {
            "join": data.write(
                invited, account.account_id, email="bob@beans.example", role=Role.STAFF, actor=OPERATOR, now_us=now_us
            ),
            "enter": data.write(people_links.link_for, "sign_in", owner.email, now_us=now_us),
            "password": data.write(people_links.link_for, "password", owner.email, now_us=now_us),
            "address": data.write(people_links.link_for, "address", owner.email, now_us=now_us),
        }
        handle = data.write(store, account.account_id, Picture(b"RIFF", 1, 1), now_us=now_us)
        api = httpx2.Client(base_url=server.base, headers={"Authorization": f"APIKey {account.key}"}, timeout=_PATIENCE_S)
        with api:
            card = {"cardIdx": ALICES_CARD, "onsiteYn": "Y", "onsitePwd": "latte77"}
            assert api.put("/api/card/v1/update", json=card).json()["code"] == 0
            numbers = [api.post(CREATE, json=least()).json()["result"] for _ in range(2)]
            codes = [api.get("/api/stamp/v1/get", params={"stampIdx": one}).json()["result"]["code"] for one in numbers]
        parts = {"handle": handle, "names": sheet_path(["b3261e"]).removeprefix("/colors/").removesuffix(".css"), "rest": "x"}
        app = composition.build(Settings.model_validate({"database_url": url}))
        tokens = {before: link.token for before, link in links.items()}
        yield Place(server, Meter(server.pid), app, parts, tokens, _with_and_without_pin(server, codes))


def _with_and_without_pin(server: ServerProcess, codes: list[str]) -> dict[str, str]:
    """Codes, with the token of the forms of their pages; the second one has a PIN from now on."""
    plain, locked = codes
    path = f"{server.base}/stamp/{locked}/pin/choose"
    token = _TOKEN.findall(httpx2.get(path, timeout=_PATIENCE_S).text)[0]
    form = {"token": token, "pin": "4071", "again": "4071"}
    assert httpx2.post(path, data=form, headers={"Origin": server.base}, timeout=_PATIENCE_S).status_code == 303
    pages = {plain: f"/stamp/{plain}/staff", locked: f"/stamp/{locked}"}
    return {code: _TOKEN.findall(httpx2.get(server.base + page, timeout=_PATIENCE_S).text)[0] for code, page in pages.items()}


def attacked(place: Place) -> Iterator[Attacked]:
    """Every route there is. Those of a stamp twice: of one without a PIN, and their share of one with a PIN."""
    opened = {(page.method, page.path) for page in place.app.pages if page.permission is None}
    closed = {(page.method, page.path) for page in place.app.pages} - opened
    asset = False
    for route in place.app.site:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            # Of the files that are kept in memory, one stands for all.
            whole = (method, route.path) not in closed and not (asset and route.path.startswith("/assets/"))
            asset = asset or route.path.startswith("/assets/")
            codes = list(place.codes) if "{code" in route.path else [""]
            for code in codes:
                path = _filled(place, route.path, code)
                yield Attacked(method, path, _fields(place, route.path, code), whole and code == codes[0])
    for one in place.app.routes:
        yield Attacked(one.method, one.path, "", whole=one.path == CREATE)
    for method in ("GET", "POST"):
        yield Attacked(method, "/no/such/route", "", whole=True)


def _filled(place: Place, path: str, code: str) -> str:
    def part(found: re.Match[str]) -> str:
        if found[1] == "code":
            return code
        if found[1] == "token":
            return place.tokens[path[: found.start()].rstrip("/").rpartition("/")[2]]
        return place.parts.get(found[1], "1")

    return _PART.sub(part, path)


def _fields(place: Place, path: str, code: str) -> str:
    """What a form must have to be looked at."""
    if path.startswith("/stamp/"):
        return f"token={place.codes.get(code, '')}&once=x&pin=0000&onsitePwd=wrong"
    if path.startswith("/dashboard/"):
        return f"email=alice%40beans.example&name=Alice&password={quote(_PASSWORD)}"
    return ""


_clients = count(1)


def _own_headers(place: Place) -> Headers:
    """Of a browser on our own page, and of a client that did not come before: what is counted by client is another test's."""
    number = next(_clients)
    client = f"203.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    host = urlsplit(place.server.base).netloc
    return [("Host", host), ("Origin", place.server.base), ("X-Forwarded-For", client)]


def _send(place: Place, sent: bytes, *, streams: bool) -> int:
    """The answer's status, once all of it was read. streams: whether the answer has no end."""
    address = urlsplit(place.server.base)
    with closing(socket.create_connection((address.hostname or "", address.port or 0), timeout=_PATIENCE_S)) as connection:
        try:
            connection.sendall(sent)
            with closing(HTTPResponse(connection)) as answer:
                answer.begin()
                if not streams:
                    answer.read()
                return answer.status
        except (ConnectionResetError, BrokenPipeError, RemoteDisconnected):
            return CUT_OFF


def _cost_s(place: Place, route: Attacked, hostile: Hostile) -> tuple[float, int]:
    """Processor time of the request, the least of some tries if the first one took long, and the last one's status."""
    streams = route.path.endswith("/events")
    budget, costs, status = _budget(route), [], CUT_OFF
    while len(costs) < _TRIES and (not costs or costs[-1] > budget):
        before = place.meter.cpu_s()
        status = _send(place, raw(route.method, route.path, hostile, _own_headers(place)), streams=streams)
        costs.append(place.meter.cpu_s() - before)
    return min(costs), status


def _budget(route: Attacked) -> float:
    hashes = route.method == "POST" and any(part in route.path for part in _HASHING)
    return HASHING_S if hashes else BUDGET_S


@pytest.mark.timeout(900)
def test_no_request_of_a_stranger_costs_much(place: Place) -> None:
    routes = list(attacked(place))
    assert sum(route.whole for route in routes) > 30
    assert len(routes) > 120
    for route in routes:
        # What is made when it is first asked for is made now: drawings, the documentation.
        _send(place, raw(route.method, route.path, Hostile("nothing"), _own_headers(place)), streams="/events" in route.path)
    memory_mib, sent = place.meter.highest_mib(), 0
    for number, route in enumerate(routes):
        share = slice(None) if route.whole else slice(number % _SHARES, None, _SHARES)
        for hostile in hostile_to(route.method, fields=route.fields)[share]:
            cost_s, status = _cost_s(place, route, hostile)
            assert status in {*STATUSES, CUT_OFF}, (route, hostile.name, status)
            assert cost_s <= _budget(route), (route, hostile.name, cost_s)
            sent += 1
    assert sent > 5000
    assert place.meter.highest_mib() - memory_mib < MORE_MEMORY_MIB
    assert [line for line in place.server.logs() if line["level"] == "error" or "exception" in line] == []
    assert httpx2.get(f"{place.server.base}/readyz", timeout=_PATIENCE_S).status_code == 200


def test_colors_that_nobody_chose_cost_nothing(place: Place) -> None:
    """Thirty of these kept the server busy for a quarter of a minute."""
    before = place.meter.cpu_s()
    for number in range(30):
        colors = [f"{number * 10_007 + one * 331_777 & 0xFFFFFF:06x}" for one in range(MOST_COLORS)]
        for name in ("-".join(colors), "-".join(color * 5 for color in colors)):
            status = _send(place, raw("GET", f"/colors/{name}.css", Hostile("nothing"), _own_headers(place)), streams=False)
            assert status == (200 if len(name) > MOST_COLORS * 10 else 404)
    assert place.meter.cpu_s() - before < 1.0
