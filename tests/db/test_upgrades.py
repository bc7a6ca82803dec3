"""A database that has been in use is brought to the newest revision, and what was in it goes on."""

import json
from datetime import date
from typing import Any

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.people import Person, add_key
from kit.process import Command
from kit.projection import project
from kit.shop import Shop
from kit.shops import OpenShop
from kit.upgrade import upgrade, upgraded
from stampwell.db.revision import HEAD, find_revision
from stampwell.features.accounts.service import get_account
from stampwell.features.imports.service import get_job
from stampwell.features.people.service import find_by_email
from stampwell.features.stamps.api.listing import list_stamps
from stampwell.features.stamps.contract.look_requests import ListStamps
from stampwell.features.stamps.search.search import search
from stampwell.features.stamps.search.terms import SearchQuery
from stampwell.features.stamps.search.upgrading import read_place

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

_JOB_OF_BEFORE = """
INSERT INTO import_job (account_id, person_id, file_name, mapping, state, dry_run, rows_in_all, rows_done, issued,
    already_issued, refused, created_at)
VALUES (900, 1, 'a.csv', :mapping, 'checked', TRUE, 3, 3, 2, 0, 1, 5)
"""
_LAYOUT_OF_BEFORE = {"separator": ";", "header": ["name"], "columns": {"userNm": 0}, "fixed": {"cardIdx": "77"}, "again": True}

# As the version before stored customers: digits of an extension among those of the number, addresses as they were typed.
_BEFORE_LOOK_UP = (
    *_FIRST_RELEASE[:2],
    """
    INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps,
        reward_title, user_id, user_name, user_phone, user_phone_digits, user_email, created_at)
    VALUES (7, 900, 77, 'ZJLF0399WQBEQZJM', 'https://vvd.bz', '2026-01-01', '2026-12-31', TRUE, 0, 10, 'A coffee', 'minsu',
        '김민수', '02-123-4567 내선 12', '02123456712', 'Kim@bücher.example', 1700000000000000),
        (8, 900, 77, 'ZJLF0399WQBEQZJN', 'https://vvd.bz', '2026-01-01', '2026-12-31', TRUE, 0, 10, 'A coffee', 'ann',
        'Ann', '010-5550-3998', '01055503998', 'Ann@Beans.Example', 1700000000000001)
    """,
    """
    INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, recorded_at, occurred_at)
    VALUES (900, 7, 'issued', 0, 0, 'system', 1700000000000000, 1700000000000000),
        (900, 8, 'issued', 0, 0, 'system', 1700000000000001, 1700000000000001)
    """,
    "UPDATE ledger_reader SET event_id = (SELECT MAX(event_id) FROM stamp_event) WHERE name = 'digest'",
    """
    INSERT INTO stamp_word (account_id, word, created_at, stamp_id)
    VALUES (900, 'minsu', 1700000000000000, 7), (900, '김민수', 1700000000000000, 7),
        (900, 'kimbucherexample', 1700000000000000, 7), (900, '02123456712', 1700000000000000, 7),
        (900, '6712', 1700000000000000, 7), (900, 'ann', 1700000000000001, 8), (900, 'annbeansexample', 1700000000000001, 8),
        (900, '01055503998', 1700000000000001, 8), (900, '821055503998', 1700000000000001, 8),
        (900, '3998', 1700000000000001, 8)
    """,
    """
    INSERT INTO person (person_id, account_id, email, name, role, password_hash, created_at, removed_at)
    VALUES (1, 900, 'Alice@Beans.example', 'Alice', 'owner', '', 9, NULL),
        (2, 900, 'Bob@Bücher.example', 'Bob', 'staff', '', 9, NULL),
        (3, 900, 'bob@xn--bcher-kva.example', 'Bert', 'staff', '', 9, NULL),
        (4, 900, 'alice@beans.example', 'Alice', 'staff', '', 8, 9)
    """,
)


@pytest.fixture
def used(databases: Databases, dialect: str) -> str:
    """The URL of a database of the first release with two stamps in it, just upgraded."""
    return upgraded(databases.empty(dialect), "0001", _FIRST_RELEASE)


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
            assert (stamp["cooldown_s"], stamp["daily_max"]) == (0, 0)
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
            project(data)
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
        assert "0 of 10 stamps" in page.text


class TestHowCustomersAreLookedUp:
    """Before the upgrade's worker has come to them, and after."""

    @pytest.fixture
    def url(self, databases: Databases, dialect: str) -> str:
        return upgraded(databases.empty(dialect), "0004", _BEFORE_LOOK_UP)

    def test_what_was_found_before_is_found_until_it_is_upgraded(self, url: str) -> None:
        with Data(url) as data:
            assert not data.read(read_place).finished
            assert self._found(data, userEml="kim@bücher.example") == [7]
            assert self._found(data, userEml="Kim@bücher.example") == [7]
            assert self._found(data, userEml="ANN@beans.example") == [8]
            assert self._found(data, userPhnno="02-123-4567-12") == [7]
            assert self._found(data, userPhnno="+82 10-5550-3998") == [8]
            assert self._searched(data, "김민수") == self._searched(data, "kim@bücher.example") == [7]
            assert self._searched(data, "+82 10-5550-3998") == self._searched(data, "3998") == [8]

    def test_then_it_is_found_by_every_spelling(self, url: str) -> None:
        with Data(url) as data:
            assert self._found(data, userPhnno="+82 2-123-4567") == []
            assert upgrade(data)
            assert self._found(data, userPhnno="+82 2-123-4567") == [7]
            assert self._found(data, userEml="KIM@xn--bcher-kva.example") == [7]
            assert self._found(data, userPhnno="+82 10-5550-3998") == [8]
            assert self._searched(data, "민수") == self._searched(data, "4567") == [7]
            assert self._searched(data, "5550-3998") == [8]
            assert self._searched(data, "6712") == []

    def test_who_signs_in_by_an_address_still_does(self, url: str) -> None:
        with Data(url) as data:
            by_email = {
                "alice@beans.example": 1,
                # Two who were told apart before are so still, one of them to the letter.
                "Bob@Bücher.example": 2,
                "bob@xn--bcher-kva.example": 3,
                "BOB@BÜCHER.example": 3,
            }
            for email, person in by_email.items():
                found = data.read(find_by_email, email)
                assert found is not None and found.person_id == person, email  # noqa: PT018 - one says which

    def test_an_account_has_the_country_of_its_time_zone(self, url: str) -> None:
        with Data(url) as data:
            account = data.read(get_account, 900)
            assert (account.country_code, account.region) == ("", "KR")

    def test_doctor_says_how_far_it_is(self, url: str, stampwell: Command) -> None:
        def said() -> str:
            (line,) = [
                line for line in stampwell("doctor", "--json", database_url=url).json["checks"] if line["check"] == "upgrade"
            ]
            assert line["okYn"] == "Y"
            return str(line["message"])

        assert said().startswith("not finished: stamps up to 0 of 8 are looked up by the rules of this version")
        with Data(url) as data:
            upgrade(data)
        assert said() == "every stamp is looked up by the rules of this version"

    @staticmethod
    def _found(data: Data, **query: Any) -> list[int]:
        zone = data.read(get_account, 900).time_zone
        listed: Any = data.read(list_stamps, 900, ListStamps(**query), zone=zone, region="KR")
        return [row["stampIdx"] for row in listed["list"]]

    @staticmethod
    def _searched(data: Data, text: str) -> list[int]:
        found = data.read(search, 900, SearchQuery(text), today=date(2026, 3, 2), region="KR")
        return [stamp.stamp_id for stamp in found.stamps]


class TestImportsUnderWay:
    def test_they_go_on(self, databases: Databases, dialect: str) -> None:
        """A file was kept in UTF-8, whatever it had been, and what its columns mean had fewer parts."""
        layout = json.dumps(_LAYOUT_OF_BEFORE)
        url = upgraded(databases.empty(dialect), "0005", (_JOB_OF_BEFORE,), mapping=layout)
        with Data(url) as data:
            job = data.read(get_job, 900, 1)
        assert (job.layout.encoding, job.layout.encoding_sure, job.layout.days) == ("utf-8", True, None)
        assert (job.layout.columns, job.layout.fixed, job.layout.again) == ({"userNm": 0}, {"cardIdx": "77"}, True)
        assert (job.rows_in_all, job.blank_rows, job.issued, job.refused, job.mended, job.same_customer) == (3, 0, 2, 1, 0, 0)
