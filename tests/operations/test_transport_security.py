"""Strict-Transport-Security: said over https alone, by the dashboard and the instance's own hosts, never on a shop's domain."""

from collections.abc import Iterator

import httpx2
import pytest

from kit.databases import Databases
from kit.process import Serve, ServerProcess

YEAR = "max-age=31536000"


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    url, folder = databases.fresh("sqlite"), tmp_path_factory.mktemp("server")
    settings = {"trusted_proxies": "127.0.0.1", "default_domain": "https://vvd.bz", "dashboard_url": "https://stamps.example"}
    with ServerProcess(folder, database_url=url, shared_domains="http://plain.example", **settings) as started:
        yield started


def said(base: str, path: str, *, host: str = "stamps.example", scheme: str = "https") -> str | None:
    answer = httpx2.get(base + path, headers={"Host": host, "X-Forwarded-Proto": scheme})
    assert answer.status_code < 500
    told: str | None = answer.headers.get("Strict-Transport-Security")
    return told


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/sign-in", "/dashboard/nowhere", "/dashboard/join/x"])
def test_the_dashboard_says_it_over_https(server: ServerProcess, path: str) -> None:
    assert said(server.base, path) == YEAR
    assert said(server.base, path, host="elsewhere.example") == YEAR
    assert said(server.base, path, scheme="http") is None


@pytest.mark.parametrize("path", ["/", "/stamp/0000000000000000", "/api/docs", "/stamp/worker.js"])
@pytest.mark.parametrize("host", ["vvd.bz", "VVD.bz:443", "stamps.example"])
def test_so_do_the_instances_own_hosts(server: ServerProcess, path: str, host: str) -> None:
    assert said(server.base, path, host=host) == YEAR
    assert said(server.base, path, host=host, scheme="http") is None


@pytest.mark.parametrize("host", ["cards.beans.example", "plain.example", "vvd.bz.evil.example", "vvd.bz:8443"])
def test_a_shops_own_domain_does_not(server: ServerProcess, host: str) -> None:
    assert said(server.base, "/stamp/0000000000000000", host=host) is None
    assert said(server.base, "/dashboards", host=host) is None


def test_whoever_is_no_proxy_of_ours_is_not_believed(databases: Databases, serve: Serve) -> None:
    server = serve(database_url=databases.fresh("sqlite"))
    assert said(server.base, "/dashboard/sign-in") is None
