"""What one part of the bench works with: databases and servers, made when asked for, all gone on leaving."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from cluster import Cluster
from servers import Server
from stores import Store, make_store

_PEERS = Path(__file__).with_name("peers")
# The options of `stampwell serve`.
_UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--app-dir", str(_PEERS), "--host", "127.0.0.1", "--port", "{port}"),
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-proxy-headers", "--no-server-header"),
    *("--log-level", "warning"),
)
_STAMPWELL = (str(Path(sys.executable).with_name("stampwell")), "serve", "--host", "127.0.0.1", "--port", "{port}")

DATABASES = ("sqlite", "postgresql")
WRITTEN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Lab:
    """Used by `with`. Servers are idle until they are started, and each is one process."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        self.folder.mkdir()
        # PostgreSQL's own user has to get at what it is to read in here.
        self.folder.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def store(self, who: str, database: str) -> Store:
        """A new database with the seed of `make_store`."""
        if database == "sqlite":
            return make_store(f"sqlite:///{self.folder / who}.db")
        name = f"{self.folder.name}-{who}"
        store = make_store(self.cluster.create_database(name))
        # The next part should not share the machine with the upkeep of this one's tables.
        self._ending.callback(self.cluster.drop_database, name)
        return store

    def hello(self) -> Server:
        return self._server("hello", [*_UVICORN, "hello:app"], environment={}, ready_path="/")

    def receiver(self) -> Server:
        """Takes webhooks: `peers/receiver.py`."""
        command = [sys.executable, str(_PEERS / "receiver.py"), "{port}"]
        return self._server("receiver", command, environment={}, ready_path="/")

    def stampwell(self, store: Store, database: str, *, allow_loopback: bool = False) -> Server:
        """allow_loopback: whether webhooks may lead to this machine."""
        environment = {"STAMPWELL_DATABASE_URL": store.url}
        if allow_loopback:
            environment["STAMPWELL_WEBHOOK_ALLOW"] = "127.0.0.1"
        return self._server(f"stampwell-{database}", _STAMPWELL, environment=environment, ready_path="/readyz")

    def peer(self, store: Store, database: str) -> Server:
        url = store.url.replace("postgresql://", "postgresql+asyncpg://", 1).replace("sqlite://", "sqlite+aiosqlite://", 1)
        command = [*_UVICORN, "fastapi_orm:app"]
        return self._server(f"peer-{database}", command, environment={"DATABASE_URL": url}, ready_path="/openapi.json")

    def _server(
        self, name: str, command: list[str] | tuple[str, ...], *, environment: dict[str, str], ready_path: str
    ) -> Server:
        server = Server(name, command, environment=environment, ready_path=ready_path, log=self.folder / f"{name}.log")
        self._ending.callback(server.stop)
        return server
