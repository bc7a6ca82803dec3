"""Debian's Caddy with the Caddyfile that is shipped, on its internal CA."""

import os
import socket
import ssl
import subprocess
from http.client import HTTPResponse
from pathlib import Path

from kit.dns import free_port
from kit.leftovers import MARK
from kit.load import wait_for

OWN_HOST = "stamps.example.com"
"""The instance's own name; that of the Caddyfile."""

_CADDYFILE = Path(__file__).parents[2] / "deploy/Caddyfile"
_OPTIONS = "http_port {http}\nhttps_port {https}\ndefault_bind 127.0.0.1\nlocal_certs\nskip_install_trust\nadmin off"


class Caddy:
    """In front of a server; everything it keeps is in `folder`. more: further variables of the Caddyfile."""

    def __init__(self, folder: Path, upstream_port: int, **more: str) -> None:
        self.port, self.http_port = free_port(), free_port()
        self._root = folder / "caddy/pki/authorities/local/root.crt"
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            ["caddy", "run", "--config", str(_CADDYFILE), "--adapter", "caddyfile"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "XDG_DATA_HOME": str(folder),
                "XDG_CONFIG_HOME": str(folder),
                "UPSTREAM": f"127.0.0.1:{upstream_port}",
                "SITE_ADDRESS": OWN_HOST,
                MARK: os.environ[MARK],
                "CADDY_OPTIONS": _OPTIONS.format(http=self.http_port, https=self.port),
                **more,
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

    def connect(self, host: str = OWN_HOST, *, patience_s: float = 10.0) -> ssl.SSLSocket:
        """A connection whose certificate is the host's own by Caddy's CA. Raises SSLError."""
        trust = ssl.create_default_context(cafile=str(self._root))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=patience_s)
        try:
            return trust.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def get(self, host: str, path: str) -> int:
        """The status. Raises SSLError."""
        with self.connect(host) as secure:
            secure.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            response = HTTPResponse(secure)
            response.begin()
            return response.status

    def _serves(self) -> bool:
        assert self._process.poll() is None, Path(self._log.name).read_text()
        try:
            return self.get(OWN_HOST, "/healthz") == 200
        except OSError:
            return False
