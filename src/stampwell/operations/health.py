"""`/healthz`: the process runs. `/readyz`: it can serve. `/metrics`: closed without the operator's token."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stampwell.core.signing import is_same
from stampwell.db.database import Database
from stampwell.operations.metrics import CONTENT_TYPE, Metrics
from stampwell.operations.readiness import Readiness


class Operations:
    """The pages an operator's machines ask for."""

    def __init__(self, db: Database, metrics: Metrics, *, metrics_token: str | None) -> None:
        self._readiness = Readiness(db)
        self._metrics = metrics
        self._token = metrics_token

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.healthz, methods=["GET"]),
            Route("/readyz", self.readyz, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def healthz(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        problem = await self._readiness.problem()
        if problem:
            return JSONResponse({"status": "unavailable", "reason": problem}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if self._token is None or not is_same(given, f"Bearer {self._token}"):
            return Response("Set STAMPWELL_METRICS_TOKEN and send it as: Authorization: Bearer <token>\n", 401)
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE)
