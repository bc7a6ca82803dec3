"""Changes of an account and its suspension, at the same instant: `tests/api/test_suspended_endpoints.py` has the endpoints."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.aside import Aside, open_transaction, wait_for_waiting
from kit.data import Data
from kit.people import Person, open_account
from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.codes import new_stamp_code
from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.features.accounts import service as accounts
from stampwell.features.accounts.admission import admit, await_changes
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.stamps.bulk.import_rows import issue_rows
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.finding import lock_stamp
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta, Issued, NewStamp

NOW_US = 1_772_442_000_000_000


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=NOW_US)


def _new(person: Person) -> NewStamp:
    none = dict.fromkeys(("actor_id", "memo", "user_name", "user_phone", "user_phone_digits", "user_email", "user_email_key"))
    given: dict[str, Any] = {**none, "user_etc1": None, "user_etc2": None, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    return NewStamp(
        account_id=person.account_id,
        actor_kind="system",
        channel="api",
        card_id=person.card_id,
        code=new_stamp_code(),
        domain="https://vvd.bz",
        needs_domain=False,
        active=True,
        user_id="u",
        created_at=NOW_US,
        local_day="2026-03-02",
        **given,
    )


def _issue(tx: Tx, person: Person) -> Issued:
    (outcome,) = issue_batch(tx, [_new(person)])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def _marking(person: Person, stamp_id: int) -> Marking:
    actor = Actor("system", None, "api")
    return Marking(person.account_id, stamp_id, 1, EventMeta(actor, NOW_US, stored_zone("Asia/Seoul")))


def _suspend(data: Data, person: Person) -> None:
    data.write(accounts.suspend, person.account_id, actor=OPERATOR, now_us=NOW_US)


class TestBatches:
    """One bad row harms no neighbour, wherever in a batch it stands."""

    def test_of_stamps(self, data: Data, alice: Person) -> None:
        charlie = open_account(data, name="Charlie's", now_us=NOW_US)
        _suspend(data, alice)
        outcomes = data.write(issue_batch, [_new(alice), _new(charlie), _new(alice), _new(charlie)])
        assert [type(outcome) for outcome in outcomes] == [AccountSuspended, Issued, AccountSuspended, Issued]
        assert data.rows("SELECT DISTINCT account_id FROM stamp") == [{"account_id": charlie.account_id}]
        assert data.count("stamp") == data.count("stamp_event") == data.count("told") == 2

    def test_of_marks(self, data: Data, alice: Person) -> None:
        charlie = open_account(data, name="Charlie's", now_us=NOW_US)
        mine, theirs = data.write(_issue, alice).stamp_id, data.write(_issue, charlie).stamp_id
        _suspend(data, alice)
        outcomes = data.write(mark_batch, [_marking(alice, mine), _marking(charlie, theirs), _marking(charlie, mine)])
        assert isinstance(outcomes[0], AccountSuspended)
        assert [data.stamp(stamp)["stamps"] for stamp in (mine, theirs)] == [0, 1]
        # To another account it is not there, suspended or not.
        assert isinstance(outcomes[2], StampNotFound)

    def test_of_rows_of_a_file(self, data: Data, alice: Person) -> None:
        _suspend(data, alice)
        with pytest.raises(AccountSuspended):
            data.write(issue_rows, alice.account_id, [], now_us=NOW_US)

    def test_resumed_they_go_on(self, data: Data, alice: Person) -> None:
        _suspend(data, alice)
        data.write(accounts.resume, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        stamp = data.write(_issue, alice).stamp_id
        data.write(mark_batch, [_marking(alice, stamp)])
        assert data.stamp(stamp)["stamps"] == 1


@pytest.mark.one_database("postgresql")
class TestAtTheSameInstant:
    """SQLite has one writer at a time, which settles all this."""

    @pytest.mark.parametrize("change", ["issue", "mark", "admit", "lock"])
    def test_whoever_suspends_waits_for_what_was_let_in(self, data: Data, alice: Person, change: str) -> None:
        stamp = data.write(_issue, alice).stamp_id
        changes: dict[str, Callable[[Tx], object]] = {
            "issue": lambda tx: _issue(tx, alice),
            "mark": lambda tx: mark_batch(tx, [_marking(alice, stamp)]),
            "admit": lambda tx: admit(tx, alice.account_id),
            "lock": lambda tx: lock_stamp(tx, alice.account_id, stamp),
        }
        with open_transaction(data) as late:
            changes[change](late)
            # The mark itself waits for nobody; from here on everybody else is refused.
            _suspend(data, alice)
            for refused in changes.values():
                if refused is not changes["mark"]:
                    with pytest.raises(AccountSuspended):
                        data.write(refused)
            waiting = Aside(data, await_changes, alice.account_id)
            wait_for_waiting(data)
            assert not waiting.is_over
        waiting.join()
        assert waiting.is_over

    def test_a_mark_that_waited_for_its_stamp_meanwhile_is_refused(self, data: Data, alice: Person) -> None:
        stamp = data.write(_issue, alice).stamp_id
        with open_transaction(data) as held:
            held.one("SELECT stamp_id FROM stamp WHERE stamp_id = :stamp FOR UPDATE", stamp=stamp)
            waiting = Aside(data, mark_batch, [_marking(alice, stamp)])
            wait_for_waiting(data)
            _suspend(data, alice)
            # Its statement began before that, and has not come to the account yet: nobody is waited for.
            data.write(await_changes, alice.account_id)
        (outcome,) = waiting.join()
        assert isinstance(outcome, AccountSuspended)
        assert data.stamp(stamp)["stamps"] == 0

    def test_changes_do_not_wait_for_each_other_nor_for_the_settings(self, data: Data, alice: Person) -> None:
        with open_transaction(data) as one, open_transaction(data) as another, open_transaction(data) as settings:
            accounts.change_account(settings, alice.account_id, {"name": "Another name"}, actor=OPERATOR, now_us=NOW_US)
            _issue(one, alice)
            _issue(another, alice)
            admit(one, alice.account_id)
        assert data.count("stamp") == 2

    def test_others_are_not_waited_for(self, data: Data, alice: Person) -> None:
        charlie = open_account(data, name="Charlie's", now_us=NOW_US)
        with open_transaction(data) as late:
            _issue(late, charlie)
            _suspend(data, alice)
            data.write(await_changes, alice.account_id)
