"""A clock that leapt is not believed for a day: nothing is deleted by its word, and no stored answer is too old."""

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.importing import STAFF
from kit.people import ALICES_CARD, Person, open_account
from kit.pruning import prune
from stampwell.db.clock_row import FAR_US, STEADY_US, find_clock
from stampwell.features.clocks.service import Belief, days_ahead, is_behind, look_at_clock
from stampwell.features.idempotency.model import IdempotencyKey
from stampwell.features.idempotency.queries import store
from stampwell.features.idempotency.service import find_replay
from stampwell.features.imports import service as imports
from stampwell.features.imports.uploads import read_upload
from stampwell.features.people.access_links import find_link, link_for
from stampwell.features.people.model import Role
from stampwell.features.people.service import add_person
from stampwell.features.people.sessions import IDLE_US, LONGEST_US, find_viewer, open_session, touch

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
YEARS_S = 730 * 86_400
EMAIL = "alice@beans.example"


@pytest.fixture
def alice(data: Data, clock: FakeClock) -> Person:
    opened = open_account(data, card_id=ALICES_CARD, now_us=clock.now_us())
    data.write(add_person, opened.account_id, email=EMAIL, name="Alice", role=Role.OWNER, now_us=clock.now_us())
    return opened


def look(data: Data, clock: FakeClock) -> Belief:
    return data.write(look_at_clock, now_us=clock.now_us())


def answer(data: Data, alice: Person, clock: FakeClock, key: str = "k") -> IdempotencyKey:
    named = IdempotencyKey(alice.account_id, key, "f", clock.now_us())
    data.write(store, [(named, "1")])
    return named


def is_replayed(data: Data, key: IdempotencyKey, clock: FakeClock) -> bool:
    return data.read(find_replay, key._replace(created_at=clock.now_us())) is not None


def session(data: Data, clock: FakeClock) -> str:
    """Its token."""
    (person,) = data.rows("SELECT account_id, person_id FROM membership")
    stored = Opening(person["account_id"], person["person_id"])
    return data.write(open_session, stored, device="", address="", now_us=clock.now_us()).token


class Opening:
    """As much of a person as a session needs."""

    def __init__(self, account_id: int, person_id: int) -> None:
        self.account_id, self.person_id = account_id, person_id


class TestBelief:
    def test_a_clock_that_goes_on_is_believed(self, data: Data, clock: FakeClock) -> None:
        for seconds in (0, 3600, 86_400, FAR_US / 1e6):
            clock.advance(seconds=seconds)
            assert look(data, clock) is Belief.YES

    @pytest.mark.parametrize("seconds", [FAR_US / 1e6 + 1, YEARS_S, -FAR_US / 1e6 - 1, -YEARS_S])
    def test_one_that_leapt_is_not_for_a_day(self, data: Data, clock: FakeClock, seconds: float) -> None:
        assert look(data, clock) is Belief.YES
        clock.advance(seconds=seconds)
        assert look(data, clock) is Belief.NO
        clock.advance(seconds=STEADY_US / 1e6 - 1)
        assert look(data, clock) is Belief.NO
        clock.advance(seconds=1)
        assert [look(data, clock), look(data, clock)] == [Belief.FRESH, Belief.YES]

    def test_an_hour_of_the_wrong_time_and_back(self, data: Data, clock: FakeClock) -> None:
        look(data, clock)
        for seconds in (YEARS_S, 3600, 3600 - YEARS_S, 3600):
            clock.advance(seconds=seconds)
            assert look(data, clock) is Belief.NO

    def test_the_first_look_is_compared_with_what_is_stored(self, data: Data, clock: FakeClock, alice: Person) -> None:
        assert alice
        clock.advance(seconds=YEARS_S)
        assert look(data, clock) is Belief.NO

    def test_the_first_look_of_an_empty_database_is_believed(self, data: Data, clock: FakeClock) -> None:
        assert look(data, clock) is Belief.YES
        assert data.read(find_clock) == (clock.now_us(), 0)


class TestPruning:
    def test_a_clock_two_years_ahead_deletes_no_session_and_no_answer(
        self, data: Data, clock: FakeClock, alice: Person
    ) -> None:
        session(data, clock)
        answer(data, alice, clock)
        look(data, clock)
        clock.advance(seconds=YEARS_S)
        said = prune(data, clock, until=lambda: bool(data.rows("SELECT * FROM clock WHERE steady_since <> 0")))
        assert said == ["nothing is pruned until the clock has gone on for a day: it leapt, or the server stood still"]
        assert (data.count("session"), data.count("idempotency")) == (1, 1)

    def test_neither_does_one_that_leaps_in_the_middle_of_a_turn(self, data: Data, clock: FakeClock, alice: Person) -> None:
        session(data, clock)
        answer(data, alice, clock)
        prune(
            data,
            clock,
            until=lambda: bool(data.rows("SELECT * FROM clock WHERE steady_since <> 0")),
            then=lambda: clock.advance(seconds=YEARS_S),
        )
        assert (data.count("session"), data.count("idempotency")) == (1, 1)

    def test_it_does_not_either_once_that_clock_has_stored_something(self, data: Data, clock: FakeClock, alice: Person) -> None:
        session(data, clock)
        look(data, clock)
        clock.advance(seconds=YEARS_S)
        look(data, clock)
        session(data, clock)
        answer(data, alice, clock)
        clock.advance(seconds=3600)
        seen_at = clock.now_us()
        prune(data, clock, until=lambda: data.rows("SELECT seen_at FROM clock") == [{"seen_at": seen_at}])
        assert data.count("session") == 2

    def test_after_a_day_it_goes_on_and_what_lies_ahead_is_put_right(self, data: Data, clock: FakeClock, alice: Person) -> None:
        look(data, clock)
        clock.advance(seconds=YEARS_S)
        session(data, clock)
        answer(data, alice, clock)
        data.write(link_for, "sign_in", EMAIL, now_us=clock.now_us())
        upload = read_upload(b"userId\nann")
        data.write(imports.begin, alice.account_id, file_name="a.csv", upload=upload, actor=STAFF, now_us=clock.now_us())
        for statement in (
            "INSERT INTO event (account_id, stamp_id, card_id, type, data, created_at) VALUES (:account, 1, 0, 'x', '{}', :at)",
            "INSERT INTO request_block (account_id, requests, refused, ends_at, entries) VALUES (:account, 1, 0, :at, :blob)",
            "INSERT INTO image (handle, account_id, media_type, content, created_at) VALUES ('h', :account, 'x', :blob, :at)",
        ):
            data.run(statement, account=alice.account_id, at=clock.now_us(), blob=b"")
        clock.advance(seconds=-YEARS_S)
        look(data, clock)
        clock.advance(seconds=86_400)
        now_us = clock.now_us()
        dated = {
            "session": ("seen_at", "created_at"),
            "idempotency": ("created_at",),
            "access_link": ("created_at",),
            "import_job": ("created_at",),
            "event": ("created_at",),
            "request_block": ("ends_at",),
            "image": ("created_at",),
        }

        def instants() -> dict[str, list[int]]:
            return {
                table: [row[name] for row in data.rows(f"SELECT * FROM {table}") for name in names]
                for table, names in dated.items()
            }

        prune(
            data,
            clock,
            until=lambda: (
                data.rows("SELECT steady_since FROM clock") == [{"steady_since": 0}]
                and all(instant <= now_us for found in instants().values() for instant in found)
            ),
        )
        assert instants() == {table: [now_us] * len(names) for table, names in dated.items()}
        (stored,) = data.rows("SELECT expires_at FROM session")
        assert stored["expires_at"] == now_us + IDLE_US
        (link,) = data.rows("SELECT expires_at FROM access_link")
        assert link["expires_at"] == now_us + DAY_US


class TestStoredAnswers:
    def test_are_replayed_for_a_day(self, data: Data, clock: FakeClock, alice: Person) -> None:
        key = answer(data, alice, clock)
        look(data, clock)
        clock.advance(seconds=86_399)
        assert is_replayed(data, key, clock)
        clock.advance(seconds=1)
        assert not is_replayed(data, key, clock)

    def test_are_replayed_while_the_clock_is_two_years_ahead(self, data: Data, clock: FakeClock, alice: Person) -> None:
        """Before the worker has looked at the clock, and after."""
        look(data, clock)
        key = answer(data, alice, clock)
        clock.advance(seconds=YEARS_S)
        assert is_replayed(data, key, clock)
        look(data, clock)
        clock.advance(seconds=3600)
        assert is_replayed(data, key, clock)
        clock.advance(seconds=3600 - YEARS_S)
        assert is_replayed(data, key, clock)

    def test_are_not_replayed_when_the_server_was_off_for_some_days(self, data: Data, clock: FakeClock, alice: Person) -> None:
        """A till that counts its keys anew on Monday is no retry of Friday's."""
        look(data, clock)
        key = answer(data, alice, clock)
        clock.advance(seconds=4 * 86_400)
        assert not is_replayed(data, key, clock)
        look(data, clock)
        assert not is_replayed(data, key, clock)

    def test_of_a_clock_that_was_ahead_are_replayed_when_it_is_right(self, data: Data, clock: FakeClock, alice: Person) -> None:
        look(data, clock)
        clock.advance(seconds=YEARS_S)
        key = answer(data, alice, clock)
        clock.advance(seconds=-YEARS_S)
        assert is_replayed(data, key, clock)


class TestWhoIsSignedIn:
    def test_is_so_again_when_the_clock_is_right(self, data: Data, clock: FakeClock, alice: Person) -> None:
        assert alice
        token = session(data, clock)
        clock.advance(seconds=YEARS_S)
        assert data.read(find_viewer, token, now_us=clock.now_us()) is None
        clock.advance(seconds=-YEARS_S)
        assert data.read(find_viewer, token, now_us=clock.now_us()) is not None

    def test_by_a_clock_that_was_ahead_is_so_no_longer_than_by_a_right_one(
        self, data: Data, clock: FakeClock, alice: Person
    ) -> None:
        assert alice
        clock.advance(seconds=YEARS_S)
        token = session(data, clock)
        clock.advance(seconds=-YEARS_S)
        now_us = clock.now_us()
        viewer = data.read(find_viewer, token, now_us=now_us)
        assert viewer is not None
        data.write(touch, viewer.session, now_us=now_us)
        (stored,) = data.rows("SELECT created_at, seen_at, expires_at FROM session")
        assert stored == {"created_at": now_us, "seen_at": now_us, "expires_at": now_us + IDLE_US}
        assert LONGEST_US > IDLE_US

    def test_links_live_as_long_as_their_kind(self, data: Data, clock: FakeClock, alice: Person) -> None:
        assert alice
        link = data.write(link_for, "sign_in", EMAIL, now_us=clock.now_us())
        assert data.read(find_link, "sign_in", link.token, now_us=clock.now_us()).link_id == link.stored.link_id


class TestHowFar:
    def test_from_the_newest_instant(self, data: Data, clock: FakeClock, alice: Person) -> None:
        assert alice
        now_us = clock.now_us()
        assert data.read(days_ahead, now_us=now_us + FAR_US) == 0
        assert data.read(days_ahead, now_us=now_us + 730 * DAY_US) == 730
        assert not data.read(is_behind, now_us=now_us - 60_000_000)
        assert data.read(is_behind, now_us=now_us - HOUR_US)

    def test_of_any_table(self, data: Data, clock: FakeClock, alice: Person) -> None:
        for put_in in (lambda: session(data, clock), lambda: answer(data, alice, clock), lambda: look(data, clock)):
            clock.advance(seconds=10 * 86_400)
            assert data.read(days_ahead, now_us=clock.now_us()) == 10
            put_in()
            assert data.read(days_ahead, now_us=clock.now_us()) == 0

    def test_in_an_empty_database(self, data: Data, clock: FakeClock) -> None:
        assert data.read(days_ahead, now_us=clock.now_us()) == 0
        assert not data.read(is_behind, now_us=clock.now_us())
