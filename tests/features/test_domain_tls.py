"""The proof file over https: whose certificate is believed, and what http is left for."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kit.certificates import self_signed
from kit.dns import RawServer, free_port
from stampwell.core.phrases import english
from stampwell.features.domains.model import Domain
from stampwell.features.domains.proof_file import FileReader

_HOST, _OTHER = "stamps.beans.example", "stamps.elsewhere.example"
_TOKEN = "Xk29aLmQ0bZr71TtYw5eUcVd8HnPsJ4f"
_DOMAIN = Domain(1, 1, f"https://{_HOST}", None, 0, _TOKEN, None, None, ())
_RIGHT, _WRONG = (f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode() for body in (_TOKEN, "another"))


async def _at_loopback(_host: str) -> list[str]:
    return ["127.0.0.1"]


class _Site:
    """Who answers at the name, and what is said of the file there."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder = folder
        self._opened = opened

    def serve(self, content: bytes, *, certificate_of: str | None = None) -> RawServer:
        tls = None if certificate_of is None else self_signed(self._folder, f"DNS:{certificate_of}")[1]
        server = RawServer(content, tls=tls)
        self._opened.callback(server.close)
        return server

    def look(self, https: RawServer, http: RawServer | None = None, *, is_trusted: bool = True) -> str | None:
        """What is wrong with the file. `is_trusted`: whoever made the certificate."""
        tls = ssl.create_default_context(cafile=self._folder / "certificate.pem") if is_trusted else None
        http_port = free_port() if http is None else http.port
        reader = FileReader(allow_private=True, https_port=https.port, http_port=http_port, tls=tls)
        problem = asyncio.run(reader.look(_DOMAIN, _at_loopback))
        return None if problem is None else problem.said(english)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[_Site]:
    with ExitStack() as opened:
        yield _Site(tmp_path, opened)


def test_a_file_behind_a_certificate_of_the_name_is_a_proof(site: _Site) -> None:
    assert site.look(site.serve(_RIGHT, certificate_of=_HOST)) is None


@pytest.mark.parametrize(("name", "is_trusted"), [(_OTHER, True), (_HOST, False)], ids=["another name", "of nobody"])
def test_a_certificate_that_proves_nothing_makes_the_file_none(site: _Site, name: str, *, is_trusted: bool) -> None:
    https = site.serve(_RIGHT, certificate_of=name)
    said = site.look(https, is_trusted=is_trusted)
    assert said == f"The certificate of {_DOMAIN.file_url} is not valid (CERTIFICATE_VERIFY_FAILED)."
    assert https.asked == []


def test_another_text_over_https_leaves_http_its_chance(site: _Site) -> None:
    https = site.serve(_WRONG, certificate_of=_HOST)
    assert site.look(https, site.serve(_RIGHT)) is None
    # Where both are wrong, the one that browsers see is told of.
    assert site.look(https, site.serve(_WRONG)) == f"{_DOMAIN.file_url} holds another text. Its whole text has to be {_TOKEN}."
