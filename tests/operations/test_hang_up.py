"""Clients that hang up: in the middle of a request, before the answer, while it streams. None of it is an error of ours."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest

from kit.data import Data
from kit.databases import Databases
from kit.desk import Desk, add_person
from kit.people import ALICES_CARD, Person, open_account
from kit.process import ServerProcess
from kit.shop import least
from stampwell.core.clock import SystemClock
from stampwell.features.people.model import Role

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
STAMPS = 300


class Place(NamedTuple):
    """A server with a shop in it: what its people send."""

    server: ServerProcess
    account: Person
    desk: Desk
    code: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.server.base)
        return parts.hostname or "", parts.port or 0


@pytest.fixture(scope="module")
def place(databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url, now_us = databases.fresh(dialect), SystemClock().now_us()
    server = ServerProcess(tmp_path_factory.mktemp("server"), database_url=url, log_level="debug")
    with Data(url) as data, closing_server(server):
        account = open_account(data, card_id=ALICES_CARD, now_us=now_us)
        owner = add_person(
            data, account.account_id, name="Alice", role=Role.OWNER, email="alice@x.example", password_hash="", now_us=now_us
        )
        desk = Desk.signed_in(urlsplit(server.base).port or 0, data, owner, now_us=now_us)
        headers = {"Authorization": f"APIKey {account.key}"}
        for _ in range(STAMPS // 100):
            httpx2.post(f"{server.base}/api/stamp/v1/bulk", json={"stamps": [least()] * 100}, headers=headers)
        code = data.rows("SELECT code FROM stamp LIMIT 1")[0]["code"]
        yield Place(server, account, desk, code)


def closing_server(server: ServerProcess) -> closing[ServerProcess]:
    server.close = server.kill  # type: ignore[attr-defined]
    return closing(server)  # type: ignore[type-var]
