"""A PostgreSQL cluster of our own, from Debian's package, at its default settings but for where it listens."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Self

import psycopg
from failure import BenchFailed

from stampwell.db.versions import POSTGRESQL_MAJORS

_HOMES = Path("/usr/lib/postgresql")
_OWNER = "postgres"


class Cluster:
    """Started by `with`; stopped on leaving it. Its files are in `folder`, which the caller removes."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "postgresql"
        self._programs = _newest_programs()
        self.port = free_port()

    def __enter__(self) -> Self:
        self._data.mkdir()
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self._data, _OWNER, _OWNER)
        self._run("initdb", "-D", self._data, "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        listening = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._data}"
        self._run("pg_ctl", "-D", self._data, "-l", self._data / "server.log", "-o", listening, "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def create_database(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, database: str) -> str:
        return f"postgresql://{_OWNER}@127.0.0.1:{self.port}/{database}"

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, of the server's own version."""
        return self._programs / name

    def setting(self, name: str) -> str:
        with psycopg.connect(self.url("postgres")) as connection:
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        return str(row[0]) if row else ""

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.program(program)), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _OWNER, "--", *command]
        # pg_ctl leaves a server behind that holds on to an inherited pipe, so what it says goes to a file.
        said = self._data.parent / f"{program}.log"
        with said.open("wb") as file:
            done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False)
        if done.returncode:
            raise BenchFailed(f"{program} failed:\n{said.read_text()[-2000:]}")


def free_port() -> int:
    """A TCP port of loopback that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _newest_programs() -> Path:
    for major in reversed(POSTGRESQL_MAJORS):
        programs = _HOMES / str(major) / "bin"
        if (programs / "initdb").exists():
            return programs
    raise BenchFailed(
        f"PostgreSQL {' or '.join(map(str, POSTGRESQL_MAJORS))} is missing in {_HOMES}. Run as root: tools/setup.sh bench"
    )
