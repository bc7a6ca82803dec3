"""What a figure was measured with."""

import os
import platform
import sqlite3  # noqa: TID251 - for its version: the peer opens its own file with it
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import apsw
from cluster import Cluster

_LIBRARIES = (
    *("stampwell", "uvicorn", "uvloop", "httptools", "starlette", "pydantic", "psycopg", "apsw"),
    *("fastapi", "sqlalchemy", "asyncpg", "aiosqlite"),
)


def versions(cluster: Cluster, folder: Path) -> dict[str, str]:
    """Name -> version, with what else a reader needs to place the figures."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
        "sqlite": apsw.sqlite_lib_version(),
        "sqlite of the peer": sqlite3.sqlite_version,
        "postgresql": cluster.setting("server_version"),
        "postgresql fsync / synchronous_commit": f"{cluster.setting('fsync')} / {cluster.setting('synchronous_commit')}",
        "wrk": _debian_version("wrk"),
        "nghttp2-client (h2load)": _debian_version("nghttp2-client"),
        "kernel": platform.release().split("-")[0],
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "file system": filesystem(folder),
    }


def filesystem(folder: Path) -> str:
    """The type of the file system that the folder is on."""
    return _said("df", "--output=fstype", str(folder)).split()[-1]


def _debian_version(package: str) -> str:
    return _said("dpkg-query", "-W", "-f", "${Version}", package)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
