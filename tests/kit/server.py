"""An ASGI application behind uvicorn, in a thread, on a socket of its own."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from kit.clock import IN_A_REQUEST
from stampwell.operations.deadlines import timed_connections
from stampwell.settings import Settings

_PATIENCE_S = 20.0


class Server:
    """Started when made; raises what its start raised. `base` is its address without a slash at the end. settings: those of the
    connections."""

    def __init__(self, asgi: ASGIApp, *, settings: Settings | None = None) -> None:
        self._ready: Future[None] = Future()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            self._watched(asgi),
            http=timed_connections(settings or Settings()),  # type: ignore[arg-type]
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        self._uvicorn = uvicorn.Server(config)
        self._loop_factory = config.get_loop_factory()
        self._thread = threading.Thread(target=self._serve, name="uvicorn", daemon=True)
        self._thread.start()
        try:
            self._ready.result(_PATIENCE_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Graceful: what is under way is answered, the lifespan ends."""
        self._uvicorn.should_exit = True
        self._thread.join(_PATIENCE_S)
        self._socket.close()
        if self._thread.is_alive():
            raise TimeoutError("the server did not stop")

    def _serve(self) -> None:
        # SystemExit is uvicorn's way to say that the lifespan failed; `_watched` has handed on why.
        with suppress(SystemExit), asyncio.Runner(loop_factory=self._loop_factory) as runner:
            runner.run(self._uvicorn.serve(sockets=[self._socket]))

    def _watched(self, asgi: ASGIApp) -> ASGIApp:
        """The application, which tells `_ready` how its start went."""

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "lifespan":
                IN_A_REQUEST.set(True)
                await asgi(scope, receive, send)
                return

            async def tell(message: Any) -> None:
                if message["type"] == "lifespan.startup.complete":
                    self._ready.set_result(None)
                await send(message)

            try:
                await asgi(scope, receive, tell)
            except Exception as error:
                if not self._ready.done():
                    self._ready.set_exception(error)
                raise

        return watched
