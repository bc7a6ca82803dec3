"""HEAD, wherever GET is answered: the same status and headers, and nothing after them."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kit.pages import actions, open_premises
from kit.shop import METRICS_TOKEN, Shop
from kit.stamps import code_of, issue, make_card
from stampwell import app as composition
from stampwell.http.route import Route
from stampwell.settings import Settings

pytestmark = pytest.mark.one_database

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes
READING = [route for route in ROUTES if route.method == "GET"]
CHANGING = [route for route in ROUTES if route.method != "GET"]

_PATIENCE_S = 20.0
_NAMED = {"X-Request-Id": "the-same-for-both"}

Seen = tuple[int, list[tuple[str, str]], bytes]


class _Line:
    """One connection for everything: a body that should not be there would be taken for the next answer."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)

    def ask(self, method: str, path: str, headers: dict[str, str]) -> Seen:
        self._connection.request(method, path, headers={**_NAMED, **headers})
        answer = self._connection.getresponse()
        kept = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"]
        return answer.status, kept, answer.read()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def line(shop: Shop) -> Iterator[_Line]:
    with closing(_Line(shop.server.port)) as opened:
        yield opened


def _differing(line: _Line, paths: Iterable[str], headers: dict[str, str]) -> list[tuple[str, object, object]]:
    """Of those paths, the ones at which a HEAD is answered otherwise than a GET."""
    found: list[tuple[str, object, object]] = []
    for path in paths:
        status, wanted, body = line.ask("GET", path, headers)
        answer = line.ask("HEAD", path, headers)
        assert status < 500, path
        assert dict(wanted).get("content-length", str(len(body))) == str(len(body)), path
        if answer != (status, wanted, b""):
            found.append((path, answer, (status, wanted)))
    return found


def _key(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"APIKey {shop.alice.key}"}


class TestTheApi:
    @pytest.mark.parametrize("route", READING, ids=lambda route: route.path)
    def test_every_endpoint_that_reads(self, shop: Shop, line: _Line, route: Route) -> None:
        shop.lay_out_samples()
        query = "&".join(f"{name}={value}" for name, value in route.examples[0].request.items())
        path = f"{route.path}?{query}"
        assert line.ask("HEAD", path, _key(shop))[0] == 200
        assert _differing(line, [path, f"{route.path}?zzz=1", f"{route.path}?stampIdx=0"], _key(shop)) == []
        assert _differing(line, [path], {}) == []
        assert _differing(line, [path], {**_key(shop), "Accept-Language": "ko"}) == []

    @pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.path)
    def test_is_not_what_an_endpoint_that_changes_something_takes(self, shop: Shop, line: _Line, route: Route) -> None:
        before = shop.data.contents()
        status, headers, body = line.ask("HEAD", route.path, _key(shop))
        assert (status, body) == (405, b"")
        assert "HEAD" not in dict(headers)["allow"]
        assert shop.data.contents() == before

    def test_a_path_without_anything(self, line: _Line) -> None:
        assert _differing(line, ["/api/stamp/v1/nothing", "/nothing"], {}) == []


class TestEverythingElse:
    def test_documentation_health_styles_and_pictures(self, shop: Shop, line: _Line) -> None:
        page = shop.request("GET", "/api/docs").content.decode()
        asset = page.split('href="/assets/')[1].split('"')[0]
        handle = open_premises(shop).handle
        paths = ["/", "/healthz", "/readyz", "/api/docs", "/api/openapi.json", f"/assets/{asset}", "/stamp/worker.js"]
        paths += [
            f"/colors/{'000000' * 5}.css",
            "/colors/x.css",
            f"/images/{handle}.webp",
            "/metrics",
            "/tls/ask?domain=vvd.bz",
        ]
        assert _differing(line, paths, {}) == []

    def test_metrics_are_shown_to_their_reader_alone(self, line: _Line) -> None:
        # They change with every request, so that only the kind of answer can be the same.
        status, headers, body = line.ask("HEAD", "/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert (status, dict(headers)["content-type"].split(";")[0], body) == (200, "text/plain", b"")

    def test_an_answer_that_has_not_changed(self, shop: Shop, line: _Line) -> None:
        tag = shop.request("GET", "/api/openapi.json").headers["ETag"]
        assert line.ask("HEAD", "/api/openapi.json", {"If-None-Match": tag})[0] == 304
        assert _differing(line, ["/api/openapi.json"], {"If-None-Match": tag}) == []

    def test_every_page_of_the_dashboard(self, shop: Shop, line: _Line) -> None:
        premises = open_premises(shop)
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in premises.dashboard.cookies.items())}
        paths = [premises.path(page) for page in actions(shop.app.pages, "GET")]
        assert len(paths) > 30
        assert _differing(line, [*paths, "/dashboard/nothing"], cookie) == []
        assert _differing(line, paths, {}) == []

    def test_a_page_and_its_form_say_that_they_take_it(self, shop: Shop) -> None:
        answer = shop.request("PUT", "/dashboard/sign-in")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
        answer = shop.request("DELETE", "/healthz")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


class TestTheCustomersPage:
    def test_and_all_that_belongs_to_it(self, shop: Shop, line: _Line) -> None:
        code = code_of(shop, issue(shop, make_card(shop), marks=1))
        host = {"Host": "vvd.bz"}
        tails = [page.tail for page in shop.app.stamp_pages if page.method == "GET" and page.tail != "/events"]
        assert len(tails) > 5
        assert _differing(line, [f"/stamp/{code}{tail}" for tail in tails], host) == []
        assert _differing(line, ["/stamp/0000000000000000", f"/stamp/{code}?lang=fr"], host) == []
        assert _differing(line, [f"/stamp/{code}"], {"Host": "elsewhere.example"}) == []

    def test_events_are_not_begun(self, shop: Shop, line: _Line) -> None:
        """As many as hold all places of a stamp, were they streams."""
        code = code_of(shop, issue(shop, make_card(shop)))
        for _ in range(30):
            status, headers, body = line.ask("HEAD", f"/stamp/{code}/events", {"Host": "vvd.bz"})
            kind = dict(headers)["content-type"].split(";")[0]
            assert (status, kind, dict(headers).get("content-length"), body) == (200, "text/event-stream", None, b"")
