"""One history for both databases, and no server on a schema that it does not speak."""

import asyncio
import threading
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from kit.clock import FakeClock
from kit.data import Data
from kit.databases import Databases
from kit.people import open_account
from kit.server import Server
from stampwell import app as composition
from stampwell.db import migrations
from stampwell.db.migrations.__main__ import main as migrate
from stampwell.db.revision import HEAD, WrongSchema, find_revision, require_head
from stampwell.features.plans.table import PlansFileWrong
from stampwell.settings import Settings

COLUMNS = {
    "sqlite": """
        SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
    """,
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
}


def set_revision(data: Data, revision: str) -> None:
    data.run("UPDATE alembic_version SET version_num = :revision", revision=revision)


def history() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


class TestHistory:
    def test_the_newest_revision_is_the_one_that_the_code_knows(self) -> None:
        assert ScriptDirectory.from_config(history()).get_heads() == [HEAD]

    def test_a_migrated_database_is_at_it(self, data: Data) -> None:
        assert data.read(find_revision) == HEAD
        data.read(require_head)

    def test_migrating_again_changes_nothing(self, data: Data) -> None:
        person = open_account(data, now_us=0)
        migrate(data.url)
        assert data.read(find_revision) == HEAD
        assert data.rows("SELECT account_id FROM account") == [{"account_id": person.account_id}]

    def test_any_name_of_a_file_will_do(self, tmp_path: Path) -> None:
        path = tmp_path / "our shop? 100%25 #1.db"
        migrate(f"sqlite:///{path}")
        assert [found.name for found in tmp_path.iterdir()] == [path.name]
        with Data(f"sqlite:///{path}") as data:
            data.read(require_head)

    def test_both_databases_have_the_same_tables_and_columns(self, databases: Databases) -> None:
        found = []
        for dialect, sql in COLUMNS.items():
            with Data(databases.fresh(dialect)) as data:
                found.append(sorted((row["table_name"], row["column_name"]) for row in data.rows(sql)))
        assert found[0] == found[1]
        assert ("stamp", "code") in found[0]


class TestWrongSchema:
    def test_never_migrated(self, databases: Databases, dialect: str) -> None:
        url = databases.empty(dialect)
        if dialect == "sqlite":
            Path(url.removeprefix("sqlite:///")).touch()
        with Data(url) as data:
            assert data.read(find_revision) is None
            with pytest.raises(WrongSchema, match=r"no Stampwell schema yet\. Run: stampwell migrate"):
                data.read(require_head)

    def test_older(self, data: Data) -> None:
        set_revision(data, "0000")
        with pytest.raises(WrongSchema, match=f"schema is 0000, this version needs {HEAD}.*stampwell migrate"):
            data.read(require_head)

    def test_newer(self, data: Data) -> None:
        set_revision(data, "9999")
        with pytest.raises(WrongSchema, match=f"schema is 9999, newer than the {HEAD}"):
            data.read(require_head)

    @pytest.mark.parametrize("revision", ["0000", "9999"])
    def test_a_server_does_not_start_on_it(self, data: Data, revision: str) -> None:
        set_revision(data, revision)
        app = composition.build(Settings(database_url=data.url), clock=FakeClock())
        with pytest.raises(WrongSchema):
            Server(app.asgi)

    def test_a_server_does_not_start_with_a_plan_that_it_does_not_know(self, data: Data) -> None:
        open_account(data, plan="platinum", now_us=0)
        app = composition.build(Settings(database_url=data.url), clock=FakeClock())
        with pytest.raises(PlansFileWrong, match="account 1 is on the plan 'platinum', which the plan table lacks"):
            Server(app.asgi)

    def test_a_start_that_was_refused_leaves_no_thread_behind(self, databases: Databases, dialect: str) -> None:
        """A thread left behind would keep the process from ending."""
        url = databases.fresh(dialect)
        with Data(url) as data:
            set_revision(data, "9999")
        before = set(threading.enumerate())
        app = composition.build(Settings(database_url=url), clock=FakeClock())
        with pytest.raises(WrongSchema):
            Server(app.asgi)
        left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
        asyncio.run(app.db.close())
        assert [thread.name for thread in left] == []
