"""Whose `X-Forwarded-For` a real server believes: nobody's, or that of the proxies of the settings."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from kit.data import Data
from kit.databases import Databases
from kit.people import ALICES_CARD, open_account
from kit.process import Command, Serve, ServerProcess
from stampwell.core.clock import SystemClock
from stampwell.core.codes import new_stamp_code
from stampwell.features.people.access_links import link_for
from stampwell.features.people.model import Role
from stampwell.features.people.service import add_person
from stampwell.stamp_page.miss_limiter import MOST_MISSES
from stampwell.web.proxies import ProxyWatch

pytestmark = pytest.mark.one_database

CLAIMED = "203.0.113.7"


def address_of_session(base: str, data: Data, *, forwarded: str) -> str:
    """Signs in by a link, with that header; the client's address as the session has it."""
    now_us = SystemClock().now_us()
    link = data.write(link_for, "sign_in", "alice@beans.example", now_us=now_us)
    headers = {"X-Forwarded-For": forwarded, "Origin": base, "Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx2.post(f"{base}/dashboard/enter/{link.token}", content=b"csrf=", headers=headers)
    assert answer.status_code == 303, answer.text
    return str(data.rows("SELECT address FROM session ORDER BY session_id DESC LIMIT 1")[0]["address"])


@pytest.mark.parametrize(
    ("trusted", "forwarded", "believed"),
    [
        (None, CLAIMED, "127.0.0.1"),
        ("192.0.2.1", CLAIMED, "127.0.0.1"),
        ("127.0.0.1", CLAIMED, CLAIMED),
        ("127.0.0.0/8,::1", CLAIMED, CLAIMED),
        # What the client claimed to the proxy is left of what the proxy saw.
        ("127.0.0.1", f"198.51.100.9, {CLAIMED}", CLAIMED),
        ("127.0.0.1,198.51.100.0/24", f"{CLAIMED}, 198.51.100.9", CLAIMED),
        ("127.0.0.1", "::ffff:203.0.113.7", CLAIMED),
        ("127.0.0.1", "<script>", ""),
        ("*", CLAIMED, CLAIMED),
    ],
)
def test_the_address_of_a_client(database_url: str, serve: Serve, trusted: str | None, forwarded: str, believed: str) -> None:
    with Data(database_url) as data:
        account = open_account(data, card_id=ALICES_CARD, now_us=1)
        data.write(add_person, account.account_id, email="alice@beans.example", name="Alice", role=Role.OWNER, now_us=1)
        settings = {} if trusted is None else {"trusted_proxies": trusted}
        server = serve(database_url=database_url, **settings)
        assert address_of_session(server.base, data, forwarded=forwarded) == believed


def missed(base: str, client: str) -> int:
    """A stamp's address that nobody has, asked for by that client."""
    return httpx2.get(f"{base}/stamp/{new_stamp_code()}", headers={"X-Forwarded-For": client}).status_code


def sign_in(base: str, client: str) -> int:
    headers = {"X-Forwarded-For": client, "Origin": base}
    form = {"email": "alice@beans.example", "password": "wrong"}
    return httpx2.post(f"{base}/dashboard/sign-in", data=form, headers=headers).status_code


SAME_NETWORKS = [
    (CLAIMED, f"::ffff:{CLAIMED}"),
    (CLAIMED, f"64:ff9b::{CLAIMED}"),
    ("2001:db8:1:2::a", "2001:db8:1:2:3:4:5:6"),
]
OTHER_NETWORKS = [
    (f"::ffff:{CLAIMED}", "::ffff:203.0.113.8"),
    (f"64:ff9b::{CLAIMED}", "64:ff9b::203.0.113.8"),
    ("2001:db8:1:2::a", "2001:db8:1:3::a"),
]


class TestWhatAClientIsCountedBy:
    @pytest.fixture
    def base(self, databases: Databases, serve: Serve) -> str:
        return serve(database_url=databases.fresh("sqlite"), trusted_proxies="127.0.0.1").base

    @pytest.mark.parametrize(("one", "other"), SAME_NETWORKS)
    def test_the_addresses_of_one_client_are_counted_together(self, base: str, one: str, other: str) -> None:
        assert {missed(base, client) for client in (one, other) * (MOST_MISSES // 2)} == {404}
        assert [missed(base, one), missed(base, other)] == [429, 429]
        assert [sign_in(base, client) for client in (one, other, one, other, one)] == [403] * 5
        assert [sign_in(base, one), sign_in(base, other)] == [429, 429]

    @pytest.mark.parametrize(("one", "other"), OTHER_NETWORKS)
    def test_no_client_pays_for_another(self, base: str, one: str, other: str) -> None:
        assert {missed(base, one) for _ in range(MOST_MISSES)} == {404}
        assert [missed(base, one), missed(base, other)] == [429, 404]
        assert [sign_in(base, one) for _ in range(6)] == [403] * 5 + [429]
        assert sign_in(base, other) == 403


class TestDualStack:
    """A server on `::` sees IPv4 clients, and a proxy on 127.0.0.1, as addresses of IPv6."""

    def test_the_proxy_is_known(self, databases: Databases, serve: Serve) -> None:
        url = databases.fresh("sqlite")
        base = over_ipv4(serve("--host", "::", database_url=url, trusted_proxies="127.0.0.1"))
        assert {missed(base, CLAIMED) for _ in range(MOST_MISSES)} == {404}
        assert [missed(base, CLAIMED), missed(base, "203.0.113.8")] == [429, 404]

    def test_a_session_shows_the_address_of_ipv4(self, databases: Databases, serve: Serve) -> None:
        with Data(databases.fresh("sqlite")) as data:
            account = open_account(data, card_id=ALICES_CARD, now_us=1)
            data.write(add_person, account.account_id, email="alice@beans.example", name="Alice", role=Role.OWNER, now_us=1)
            base = over_ipv4(serve("--host", "::", database_url=data.url))
            assert address_of_session(base, data, forwarded=CLAIMED) == "127.0.0.1"


class TestAProxyThatIsNotNamed:
    """All its clients count as one: the log says so once, and the owners' Home as long as the server runs."""

    def _home(self, data: Data, server: ServerProcess, *, role: Role, headers: dict[str, str]) -> str:
        person = data.rows(
            "SELECT p.email FROM person p JOIN membership m ON m.person_id = p.person_id WHERE m.role = :role", role=role.value
        )[0]
        link = data.write(link_for, "sign_in", person["email"], now_us=SystemClock().now_us())
        with httpx2.Client(base_url=server.base, headers=headers, follow_redirects=True) as browser:
            sent = {"Origin": server.base, "Content-Type": "application/x-www-form-urlencoded"}
            page = browser.post(f"/dashboard/enter/{link.token}", content=b"csrf=", headers=sent)
            assert page.status_code == 200
            return page.text

    def _said(self, server: ServerProcess) -> list[str]:
        return [line["proxy"] for line in server.logs() if "STAMPWELL_TRUSTED_PROXIES" in line["event"]]

    @pytest.fixture
    def shop(self, databases: Databases) -> Iterator[Data]:
        with Data(databases.fresh("sqlite")) as data:
            account = open_account(data, card_id=ALICES_CARD, now_us=SystemClock().now_us())
            for name, role in (("alice", Role.OWNER), ("bob", Role.MANAGER)):
                data.write(add_person, account.account_id, email=f"{name}@x.example", name=name, role=role, now_us=1)
            yield data

    @pytest.mark.parametrize("trusted", [None, "192.0.2.1"])
    def test_is_told_of(self, shop: Data, serve: Serve, trusted: str | None) -> None:
        settings = {} if trusted is None else {"trusted_proxies": trusted}
        server = serve(database_url=shop.url, **settings)
        forwarded = {"X-Forwarded-For": CLAIMED}
        sentence = "Requests come through a proxy at 127.0.0.1 that the server does not know"
        assert sentence in self._home(shop, server, role=Role.OWNER, headers=forwarded)
        assert sentence in self._home(shop, server, role=Role.OWNER, headers={})
        assert sentence not in self._home(shop, server, role=Role.MANAGER, headers=forwarded)
        assert self._said(server) == ["127.0.0.1"]

    @pytest.mark.parametrize(("trusted", "headers"), [("127.0.0.1", {"X-Forwarded-For": CLAIMED}), (None, {}), ("*", {})])
    def test_nothing_is_said_of_one_that_is_or_of_none(
        self, shop: Data, serve: Serve, trusted: str | None, headers: dict[str, str]
    ) -> None:
        settings = {} if trusted is None else {"trusted_proxies": trusted}
        server = serve(database_url=shop.url, **settings)
        assert "Requests come through a proxy" not in self._home(shop, server, role=Role.OWNER, headers=headers)
        assert self._said(server) == []


@pytest.mark.parametrize(
    ("client", "forwarded", "unnamed"),
    [
        ("10.0.0.7", b"203.0.113.7", "10.0.0.7"),
        ("::ffff:172.18.0.2", b"203.0.113.7", "172.18.0.2"),
        ("fd00::7", b"203.0.113.7, 198.51.100.1", "fd00::7"),
        # The server has taken the address out of the header, also of a client in the proxy's own network.
        ("203.0.113.7", b"203.0.113.7", ""),
        ("10.0.0.9", b"10.0.0.9", ""),
        # Whoever comes from the internet writes what they like.
        ("8.8.8.8", b"203.0.113.7", ""),
        ("10.0.0.7", None, ""),
        ("", b"203.0.113.7", ""),
    ],
)
def test_what_is_taken_for_a_proxy(client: str, forwarded: bytes | None, unnamed: str) -> None:
    watch = ProxyWatch()
    scope = {"type": "http", "client": (client, 1) if client else None}
    watch.look(scope, {} if forwarded is None else {b"x-forwarded-for": forwarded})
    assert watch.unnamed == unnamed


def over_ipv4(server: ServerProcess) -> str:
    return f"http://127.0.0.1:{httpx2.URL(server.base).port}"


@pytest.mark.parametrize("wrong", ["proxy.example", "127.0.0.1,*", "10.0.0.1/8", "127.0.0.1;127.0.0.2"])
def test_what_is_no_address_stops_the_start(stampwell: Command, wrong: str) -> None:
    done = stampwell("serve", trusted_proxies=wrong)
    assert done.status == 2
    assert re.search(r"STAMPWELL_TRUSTED_PROXIES: must be addresses or networks", done.err)
