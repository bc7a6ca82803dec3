"""A database that cannot be reached or is busy: told so, and served again when it is back."""

from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from kit.data import Data
from kit.databases import Databases
from kit.load import wait_for
from kit.proxies import TcpProxyTo
from kit.refusals import refusal
from kit.shop import Shop, least
from kit.shops import OpenShop
from stampwell.db.opening import sqlite_path
from stampwell.db.sqlite_file import READ_WRITE, open_sqlite

UNAVAILABLE = refusal(
    50301, "The database is unavailable or busy, and nothing was stored. Send the same request again in a moment."
)


class TestPostgresql:
    def test_unreachable_and_back(self, databases: Databases, open_shop: OpenShop, tcp_proxy: TcpProxyTo) -> None:
        url = databases.fresh("postgresql")
        address = urlsplit(url)
        between = tcp_proxy(address.hostname or "", address.port or 5432)
        shop = open_shop("postgresql", database_url=url.replace(f":{address.port}/", f":{between.port}/"))
        assert shop.create(shop.alice, least()).status == 200
        between.cut()
        answer = shop.create(shop.alice, least())
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (503, UNAVAILABLE, "1")
        between.mend()
        wait_for(lambda: shop.create(shop.alice, least()).status == 200, seconds=20)
        with Data(url) as data:
            assert data.stored() == {"stamp": 2, "stamp_event": 2, "told": 2}


class TestSqlite:
    def test_locked_by_another_process(self, open_shop: OpenShop) -> None:
        shop: Shop = open_shop("sqlite")
        assert shop.create(shop.alice, least()).status == 200
        with closing(open_sqlite(sqlite_path(shop.data.url) or Path(), READ_WRITE)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = shop.create(shop.alice, least())
            other.execute("ROLLBACK")
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (503, UNAVAILABLE, "1")
        assert shop.create(shop.alice, least()).status == 200
        assert shop.data.stored() == {"stamp": 2, "stamp_event": 2, "told": 2}
