"""A PostgreSQL cluster that the test run starts itself and takes away with it."""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from kit.folders import new_folder
from stampwell.db.versions import POSTGRESQL_MAJORS

_PACKAGED = Path("/usr/lib/postgresql")
_USER = "postgres"
_START_TRIES = 5

# fsync stays on, wherever the files are: what is tested is the server that a shop has.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "log_min_messages": "warning",
    "autovacuum": "off",
    # Or the log of a thousand databases that came and went would be kept.
    "max_wal_size": "128MB",
}


class PostgresMissing(Exception):
    """No PostgreSQL of Debian's that Stampwell supports is installed."""


class PostgresServer:
    """A server that is there already. `url(name)` is the URL of one of its databases."""

    def __init__(self, admin_url: str, *, copies_files: bool = False) -> None:
        self.admin_url = admin_url
        # The other strategy logs every page of the copy: slower in memory, where files cost nothing, and faster on a disk.
        self._strategy = sql.SQL(" STRATEGY file_copy" if copies_files else "")

    def url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{database}"))

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Its URL."""
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        self._run(create + self._strategy)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Whoever is still connected is thrown out."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)


class PostgresCluster(PostgresServer):
    """A private cluster: trust authentication on 127.0.0.1 and a Unix socket, in a folder of its own (`kit.folders`)."""

    def __init__(self, *, on_disk: bool = False) -> None:
        self._programs = _newest_programs()
        self.folder, in_memory = new_folder("stampwell-pg-", on_disk=on_disk)
        self._data = self.folder / "data"
        self.port = 0
        # The server refuses to run as root.
        self._as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        if self._as_user:
            owner = pwd.getpwnam(_USER)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._call("initdb", "-U", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D", self._data)
        super().__init__("", copies_files=in_memory)

    def start(self) -> None:
        """Ready for connections when it returns. Started again, it keeps its port."""
        atexit.register(self.remove)
        for attempt in range(1, _START_TRIES + 1):
            port = self.port or _free_port()
            try:
                self._pg_ctl("start", "-l", self.folder / "log", "-o", self._options(port))
            except subprocess.CalledProcessError:
                # Somebody else may have taken the port in between.
                if attempt == _START_TRIES:
                    raise
                continue
            self.port = port
            self.admin_url = f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
            return

    def stop(self, *, mode: str = "fast") -> None:
        """`fast` throws everyone out and shuts down cleanly; `immediate` is a crash."""
        self._pg_ctl("stop", "-m", mode)

    def become_standby(self) -> None:
        """Starts anew, answering what it is asked and taking no writes."""
        self.stop()
        signal = self._data / "standby.signal"
        signal.touch()
        if self._as_user:
            owner = pwd.getpwnam(_USER)
            os.chown(signal, owner.pw_uid, owner.pw_gid)
        self.start()

    def promote(self) -> None:
        """A standby takes writes again."""
        self._pg_ctl("promote")

    def remove(self) -> None:
        """Stops it, if it runs, and deletes the folder."""
        atexit.unregister(self.remove)
        if (self._data / "postmaster.pid").exists():
            self.stop(mode="immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _options(self, port: int) -> str:
        options = {**_OPTIONS, "port": str(port), "unix_socket_directories": str(self.folder)}
        return " ".join(f"-c {name}={value}" for name, value in options.items())

    def _pg_ctl(self, action: str, *arguments: str | Path) -> None:
        self._call("pg_ctl", action, "-w", "-D", self._data, *arguments)

    def _call(self, program: str, *arguments: str | Path) -> None:
        command = [*self._as_user, self._programs / program, *arguments]
        # To files, not pipes: a server that pg_ctl leaves running would hold a pipe open for ever.
        with (self.folder / "out").open("ab") as out:
            subprocess.run(command, check=True, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)


def _newest_programs() -> Path:
    for major in reversed(POSTGRESQL_MAJORS):
        folder = _PACKAGED / str(major) / "bin"
        if (folder / "initdb").exists():
            return folder
    wanted = " or ".join(map(str, POSTGRESQL_MAJORS))
    raise PostgresMissing(
        f"There is no PostgreSQL {wanted} in {_PACKAGED}. Run `make test` as root, or set STAMPWELL_TEST_POSTGRES_URL."
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
