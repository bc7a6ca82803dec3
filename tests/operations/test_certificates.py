"""Certificates for custom domains: `/tls/ask`, and Debian's Caddy with the Caddyfile that is shipped, on its internal CA."""

import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from kit.dns import free_port
from kit.leftovers import MARK
from kit.load import wait_for
from kit.shop import Shop

_ROOT = Path(__file__).parents[2]
_OPTIONS = "http_port {http}\nhttps_port {https}\ndefault_bind 127.0.0.1\nlocal_certs\nskip_install_trust\nadmin off"
_OWN = "stamps.example.com"


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


class Caddy:
    """Debian's Caddy in front of a shop; everything it keeps is in `folder`."""

    def __init__(self, folder: Path, upstream_port: int) -> None:
        self.port, self.http_port = free_port(), free_port()
        self._root = folder / "caddy/pki/authorities/local/root.crt"
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            ["caddy", "run", "--config", str(_ROOT / "deploy/Caddyfile"), "--adapter", "caddyfile"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "XDG_DATA_HOME": str(folder),
                "XDG_CONFIG_HOME": str(folder),
                "UPSTREAM": f"127.0.0.1:{upstream_port}",
                "SITE_ADDRESS": _OWN,
                MARK: os.environ[MARK],
                "CADDY_OPTIONS": _OPTIONS.format(http=self.http_port, https=self.port),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        wait_for(self._serves)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def get(self, host: str, path: str) -> int:
        """The status, over a connection whose certificate is the host's own by Caddy's CA. Raises SSLError."""
        trust = ssl.create_default_context(cafile=str(self._root))
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain,
            trust.wrap_socket(plain, server_hostname=host) as secure,
        ):
            secure.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            response = HTTPResponse(secure)
            response.begin()
            return response.status

    def _serves(self) -> bool:
        assert self._process.poll() is None, Path(self._log.name).read_text()
        try:
            return self.get(_OWN, "/healthz") == 200
        except OSError:
            return False


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
        for host in (_OWN, "anybody.example"):
            with closing(HTTPConnection("127.0.0.1", caddy.http_port, timeout=10)) as plain:
                plain.request("GET", "/stamp/X", headers={"Host": host})
                answer = plain.getresponse()
                assert (answer.status, answer.headers["Location"]) == (308, f"https://{host}/stamp/X")

    @pytest.mark.parametrize("path", ["/metrics", "/tls/ask?domain=vvd.bz"])
    def test_what_is_for_the_operator_stays_inside(self, shop: Shop, caddy: Caddy, path: str) -> None:
        shop.add_domain(shop.alice, "https://served.example")
        assert [caddy.get(host, path) for host in (_OWN, "served.example")] == [404, 404]
