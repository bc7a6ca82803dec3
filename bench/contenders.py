"""What is compared: everything started once, idle until its turn."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cluster import Cluster
from generators import Target
from servers import Server
from stores import Store, make_store

_BENCH = Path(__file__).parent
_CREATE = "/api/stamp/v1/create"
# The options of `stampwell serve`.
_UVICORN = (
    *(sys.executable, "-m", "uvicorn", "--app-dir", str(_BENCH / "peers"), "--host", "127.0.0.1", "--port", "{port}"),
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-proxy-headers", "--no-server-header"),
    *("--log-level", "warning"),
)
_STAMPWELL = (str(Path(sys.executable).with_name("stampwell")), "serve", "--host", "127.0.0.1", "--port", "{port}")

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Contenders:
    """`hello` answers and stores nothing; the others create stamps, by database."""

    cluster: Cluster
    hello: Target
    stampwell: dict[str, Target]
    peer: dict[str, Target]
    pgbench: Store

    @property
    def servers(self) -> list[Server]:
        return [target.server for target in (self.hello, *self.stampwell.values(), *self.peer.values())]


@contextmanager
def contenders(folder: Path) -> Iterator[Contenders]:
    """Databases in that folder, servers around them, nothing started but PostgreSQL. Everything is stopped on leaving."""
    with Cluster(folder) as cluster:
        stores = {
            f"{who}-{database}": make_store(_new_url(cluster, folder, database, who))
            for who in ("stampwell", "peer")
            for database in DATABASES
        }
        logs = {name: folder / f"{name}.log" for name in ("hello", *stores)}
        made = Contenders(
            cluster=cluster,
            hello=Target(
                Server("hello", [*_UVICORN, "hello:app"], environment={}, ready_path="/", log=logs["hello"]), "/", None
            ),
            stampwell={
                database: Target(
                    Server(
                        f"stampwell-{database}",
                        _STAMPWELL,
                        environment={"STAMPWELL_DATABASE_URL": stores[f"stampwell-{database}"].url},
                        ready_path="/readyz",
                        log=logs[f"stampwell-{database}"],
                    ),
                    _CREATE,
                    stores[f"stampwell-{database}"],
                )
                for database in DATABASES
            },
            peer={
                database: Target(
                    Server(
                        f"peer-{database}",
                        [*_UVICORN, "fastapi_orm:app"],
                        environment={"DATABASE_URL": _sqlalchemy_url(stores[f"peer-{database}"].url)},
                        ready_path="/openapi.json",
                        log=logs[f"peer-{database}"],
                    ),
                    _CREATE,
                    stores[f"peer-{database}"],
                )
                for database in DATABASES
            },
            # The very table that Stampwell writes to.
            pgbench=stores["stampwell-postgresql"],
        )
        with ExitStack() as running:
            for server in made.servers:
                running.callback(server.stop)
            yield made


def _new_url(cluster: Cluster, folder: Path, database: str, who: str) -> str:
    return cluster.create_database(who) if database == "postgresql" else f"sqlite:///{folder / who}.db"


def _sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1).replace("sqlite://", "sqlite+aiosqlite://", 1)
