"""Certificates for custom domains: `/tls/ask`, and Debian's Caddy with the Caddyfile that is shipped, on its internal CA."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from kit.caddy import OWN_HOST, Caddy
from kit.shop import Shop


class TestAsking:
    @staticmethod
    def _ask(shop: Shop, host: str) -> int:
        answer = shop.request("GET", "/tls/ask", query={"domain": host})
        assert answer.content == b""
        return answer.status

    def test_verified_domains_and_the_instances_own(self, shop: Shop) -> None:
        shop.add_domain(shop.alice, "https://asked.example")
        assert [self._ask(shop, host) for host in ("asked.example", "vvd.bz")] == [200, 200]
        shop.data.run("DELETE FROM domain")

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        "host",
        [
            "",
            "nobody.example",
            "claimed.example",
            "plain.example",
            "sub.asked.example",
            "asked.example:443",
            "asked.example/",
            "Asked.example",
            "user@asked.example",
            "127.0.0.1",
            "asked.example\0",
            "%",
            "x" * 5000,
        ],
    )
    def test_nothing_else(self, shop: Shop, host: str) -> None:
        shop.add_domain(shop.alice, "https://asked.example")
        shop.add_domain(shop.alice, "https://claimed.example", verified=False)
        shop.add_domain(shop.alice, "http://plain.example")
        assert self._ask(shop, host) == 404
        shop.data.run("DELETE FROM domain")

    @pytest.mark.one_database
    def test_no_name_at_all(self, shop: Shop) -> None:
        assert shop.request("GET", "/tls/ask").status == 404


@pytest.fixture(scope="module")
def caddy(shared_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caddy]:
    running = Caddy(tmp_path_factory.mktemp("caddy"), shared_shop.server.port)
    yield running
    running.stop()


@pytest.mark.one_database
class TestCaddy:
    def test_a_verified_domain_gets_a_certificate(self, shop: Shop, caddy: Caddy) -> None:
        shop.add_domain(shop.alice, "https://served.example")
        assert caddy.get("served.example", "/healthz") == 200

    def test_a_name_that_nobody_verified_gets_no_handshake(self, shop: Shop, caddy: Caddy) -> None:
        shop.add_domain(shop.alice, "https://unproved.example", verified=False)
        for host in ("unproved.example", "nobody.example"):
            with pytest.raises(ssl.SSLError):
                caddy.get(host, "/healthz")

    def test_plain_http_is_sent_on_to_https(self, caddy: Caddy) -> None:
        for host in (OWN_HOST, "anybody.example"):
            with closing(HTTPConnection("127.0.0.1", caddy.http_port, timeout=10)) as plain:
                plain.request("GET", "/stamp/X", headers={"Host": host})
                answer = plain.getresponse()
                assert (answer.status, answer.headers["Location"]) == (308, f"https://{host}/stamp/X")

    @pytest.mark.parametrize("path", ["/metrics", "/tls/ask?domain=vvd.bz"])
    def test_what_is_for_the_operator_stays_inside(self, shop: Shop, caddy: Caddy, path: str) -> None:
        shop.add_domain(shop.alice, "https://served.example")
        assert [caddy.get(host, path) for host in (OWN_HOST, "served.example")] == [404, 404]
