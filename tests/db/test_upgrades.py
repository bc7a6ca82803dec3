"""A database that has been in use is brought to the newest revision, and what was in it goes on."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from kit.data import Data
from kit.databases import Databases
from kit.digest import digest
from kit.people import Person, add_key
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.db import migrations
from stampwell.db.migrations.__main__ import main as migrate
from stampwell.db.revision import HEAD, find_revision

# Of the first release, as its `demo` and two creations leave it.
_FIRST_RELEASE = (
    """
    INSERT INTO account (account_id, name, plan, time_zone, stamp_idx_format, created_at)
    VALUES (900, 'Bean & Co', 'enterprise', 'Asia/Seoul', 'integer', 5)
    """,
    """
    INSERT INTO card (card_id, account_id, name, title, max_stamps, reward_title, url, active, created_at)
    VALUES (77, 900, 'Coffee card', 'Ten coffees, one free', 10, 'A coffee', '', TRUE, 6)
    """,
    """
    INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps,
        reward_title, user_id, user_phone_digits, user_email, created_at)
    VALUES (7, 900, 77, 'ZJLF0399WQBEQZJM', 'https://vvd.bz', '2026-01-01', '2026-12-31', TRUE, 0, 10, 'A coffee', 'att78z',
        '112345678900', 'Test@gmail.com', 1700000000000000),
        (8, 900, 77, 'ZJLF0399WQBEQZJN', 'https://vvd.bz', '2026-01-01', '2026-12-31', FALSE, 0, 10, 'A coffee', 'bxx78z',
        NULL, NULL, 1700000000000001)
    """,
    """
    INSERT INTO domain (account_id, origin, verified_at, created_at)
    VALUES (900, 'https://cards.beans.example', 8, 7), (900, 'https://waiting.beans.example', NULL, 7)
    """,
    """
    INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at)
    VALUES (900, 7, 'issued', 0, 0, 'api_key', 1, 1700000000000000), (900, 8, 'issued', 0, 0, 'api_key', 1, 1700000000000001)
    """,
)


@pytest.fixture
def used(databases: Databases, dialect: str) -> str:
    """The URL of a database of the first release with two stamps in it, just upgraded."""
    url = databases.empty(dialect)
    config = Config(attributes={"url": url if dialect == "sqlite" else url.replace("postgresql:", "postgresql+psycopg:", 1)})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(config, "0001")
    with Data(url) as data:
        for statement in _FIRST_RELEASE:
            data.run(statement)
    migrate(url)
    return url


class TestFromTheFirstRelease:
    def test_it_is_at_the_newest_revision(self, used: str) -> None:
        with Data(used) as data:
            assert data.read(find_revision) == HEAD

    def test_what_happened_happened_when_it_was_recorded(self, used: str) -> None:
        with Data(used) as data:
            for stamp_id, instant in ((7, 1_700_000_000_000_000), (8, 1_700_000_000_000_001)):
                (entry,) = data.ledger(stamp_id)
                assert (entry["occurred_at"], entry["recorded_at"], entry["channel"]) == (instant, instant, "api")
                assert [entry[name] for name in ("note", "order_ref", "location", "changes", "renewed_stamp_id")] == [None] * 5

    def test_stamps_and_cards_have_no_rules_that_they_had_not(self, used: str) -> None:
        with Data(used) as data:
            stamp = data.stamp(7)
            assert (stamp["cooldown_s"], stamp["daily_max"], stamp["redeem_failures"]) == (0, 0, 0)
            assert (stamp["user_id"], stamp["max_stamps"], stamp["reward_title"]) == ("att78z", 10, "A coffee")
            (card,) = data.rows("SELECT * FROM card")
            assert (card["onsite"], card["renews"], card["cooldown_s"], card["daily_max"]) == (False, False, 0, 0)
            assert (card["onsite_hash"], card["stamp_img_url"]) == (None, "")

    def test_every_database_draws_its_own_secret(self, used: str, databases: Databases, dialect: str) -> None:
        with Data(used) as data, Data(databases.fresh(dialect)) as other:
            secret = "SELECT value FROM secret WHERE name = 'cursor'"
            assert len(data.rows(secret)[0]["value"]) == 64
            assert data.rows(secret) != other.rows(secret)

    def test_domains_are_as_verified_as_they_were_and_nothing_proves_one_by_chance(self, used: str) -> None:
        with Data(used) as data:
            verified, waiting = data.rows("SELECT * FROM domain ORDER BY origin")
            assert (verified["verified_by"], waiting["verified_by"]) == ("operator", None)
            assert (verified["verified_at"], waiting["verified_at"]) == (8, None)
            assert len({verified["token"], waiting["token"]}) == 2
            assert {len(verified["token"]), len(waiting["token"])} == {32}

    def test_old_stamps_are_digested(self, used: str) -> None:
        with Data(used) as data:
            digest(data)
            (count,) = data.rows("SELECT * FROM daily_count")
            assert (count["day"], count["kind"], count["count"]) == ("2023-11-15", "issued", 2)
            assert "att78z" in {row["word"] for row in data.rows("SELECT word FROM stamp_word WHERE stamp_id = 7")}


class TestThenServed:
    @pytest.fixture
    def shop(self, used: str, dialect: str, open_shop: OpenShop) -> Shop:
        return open_shop(dialect, database_url=used)

    @pytest.fixture
    def owner(self, shop: Shop) -> Person:
        key, key_id = add_key(shop.data, 900, now_us=shop.clock.now_us())
        return Person("Old hand", 900, 77, key, key_id)

    def test_old_stamps_are_found_marked_and_told_of(self, shop: Shop, owner: Person) -> None:
        found = shop.get("/api/stamp/v1/list", owner, userPhnno="+1 123 4567 8900", userEml="TEST@gmail.com").result["list"]
        assert [stamp["stampIdx"] for stamp in found] == [7]
        assert [stamp["stampIdx"] for stamp in shop.get("/api/stamp/v1/list", owner, activeYn="N").result["list"]] == [8]
        assert shop.put("/api/stamp/v1/add", owner, stampIdx=7, count=10).result is None
        assert shop.put("/api/stamp/v1/redeem", owner, stampIdx=7).result is None
        rows = shop.get("/api/stamp/v1/history", owner, stampIdx=7).result["list"]
        assert [row["action"] for row in rows] == ["redeemed", "added", "issued"]
        assert rows[-1]["occurredYmdt"] == rows[-1]["recordedYmdt"] == "2023-11-15 07:13:20"

    def test_the_page_of_an_old_stamp_opens(self, shop: Shop) -> None:
        page = shop.stranger().get("/stamp/ZJLF0399WQBEQZJM")
        assert page.status == 200
        assert "0 of 10 marks" in page.text
