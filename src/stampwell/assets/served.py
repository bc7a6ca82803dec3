"""The folder's files under names that change with their content, so that a browser may keep them for good."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
_HASH_LENGTH = 12


class Assets:
    """`url("tokens.css")` is `/assets/tokens.3f9c….css`. The files are read once, when the server starts."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
        self._urls = {name: _url_of(name, content) for name, content in self._files.items()}

    def url(self, name: str) -> str:
        """The path of that file. Raises KeyError."""
        return self._urls[name]

    def content(self, name: str) -> bytes:
        """Of a file that has to be served at an address of its own. Raises KeyError."""
        return self._files[name]

    def routes(self) -> list[Route]:
        return [Route(self._urls[name], self._endpoint(name), methods=["GET"]) for name in self._files]

    def _endpoint(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        content = self._files[name]
        headers = {"Content-Type": _TYPES[Path(name).suffix], "Cache-Control": _FOR_GOOD}

        async def serve(_request: Request) -> Response:
            return Response(content, headers=headers)

        return serve


def _url_of(name: str, content: bytes) -> str:
    stem, suffix = name.rsplit(".", 1)
    return f"/assets/{stem}.{hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}.{suffix}"
