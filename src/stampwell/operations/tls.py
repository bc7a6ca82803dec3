"""`/tls/ask`: whether the reverse proxy may have a certificate made for a host."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database
from stampwell.features.domains.service import is_host_verified


class Certificates:
    """Answers 200 for a host of the instance's own and of every verified custom domain, 404 for any other, and no word more."""

    def __init__(self, db: Database, *, instance_domains: frozenset[str]) -> None:
        self._db = db
        self._own = instance_domains

    def routes(self) -> list[Route]:
        return [Route("/tls/ask", self.ask, methods=["GET"])]

    async def ask(self, request: Request) -> Response:
        host = request.query_params.get("domain", "")
        if f"https://{host}" in self._own:
            return _answer(200)
        try:
            return _answer(200 if await self._db.read(is_host_verified, host) else 404)
        except DatabaseUnavailable:
            return _answer(503)


def _answer(status: int) -> Response:
    return Response(status_code=status, headers={"Cache-Control": "no-store"})
