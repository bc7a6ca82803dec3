"""The lines of the audit log about people, accounts and keys, whoever calls the service."""

from typing import Any

import pytest

from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US
from kit.unlogged import unlogged
from stampwell.core.actors import OPERATOR, Actor, staff_actor
from stampwell.features.accounts import service as accounts
from stampwell.features.accounts.changes import seen_of
from stampwell.features.accounts.errors import AccountChanged
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import Scope
from stampwell.features.people import access_links, joining, service, sign_ins, throttling
from stampwell.features.people.errors import SessionNotFound, ShopNotFound
from stampwell.features.people.model import Member, Role, Session
from stampwell.features.people.sessions import find_viewer, open_session

pytestmark = pytest.mark.one_database

ALICE = staff_actor(7, "Alice")
EMAIL = "bob@beans.example"

Line = tuple[str, int | None, str, str | None]


@pytest.fixture
def account_id(data: Data) -> int:
    return open_account(data, now_us=NOW_US).account_id


@pytest.fixture
def bob(data: Data, account_id: int) -> Member:
    return data.write(service.add_person, account_id, email=EMAIL, name="Bob", role=Role.STAFF, now_us=NOW_US)


def lines(data: Data, actor: Actor) -> list[Line]:
    """Action, subject and changes of each line, all of which are that actor's."""
    rows = data.rows("SELECT * FROM audit ORDER BY audit_id")
    assert {(row["actor_id"], row["actor_name"], row["channel"]) for row in rows} <= {
        (actor.actor_id, actor.name, actor.channel)
    }
    assert {row["recorded_at"] for row in rows} <= {NOW_US}
    return [(row["action"], row["subject_id"], row["subject_name"], row["changes"]) for row in rows]


def actor_of(member: Member) -> Actor:
    return staff_actor(member.person_id, member.name)


def session_of(data: Data, member: Member) -> Session:
    opened = data.write(open_session, member, device="", address="", now_us=NOW_US)
    viewer = data.read(find_viewer, opened.token, now_us=NOW_US)
    assert viewer is not None
    return viewer.session


@pytest.mark.parametrize("actor", [OPERATOR, ALICE])
class TestActsOnOthers:
    def test_an_account(self, data: Data, account_id: int, actor: Actor) -> None:
        data.write(accounts.set_plan, account_id, plan="free", actor=actor, now_us=NOW_US)
        data.write(accounts.set_stamp_idx_format, account_id, stamp_idx_format="code", actor=actor, now_us=NOW_US)
        for _ in range(2):
            data.write(accounts.change_account, account_id, {"name": "Tea", "color": "112233"}, actor=actor, now_us=NOW_US)
        data.write(accounts.suspend, account_id, actor=actor, now_us=NOW_US)
        data.write(accounts.resume, account_id, actor=actor, now_us=NOW_US)
        assert lines(data, actor) == [
            ("account.plan", account_id, "A shop", '{"plan": ["enterprise", "free"]}'),
            ("account.updated", account_id, "A shop", '{"stampIdxFormat": ["integer", "code"]}'),
            ("account.updated", account_id, "Tea", '{"accountNm": ["A shop", "Tea"], "color": ["", "112233"]}'),
            ("account.suspended", account_id, "Tea", None),
            ("account.resumed", account_id, "Tea", None),
        ]

    def test_a_new_account(self, data: Data, actor: Actor) -> None:
        given: dict[str, Any] = {"name": "Tea", "plan": "free", "time_zone": "UTC"}
        made = data.write(accounts.create, **given, actor=actor, now_us=NOW_US)
        assert lines(data, actor) == [("account.created", made.account_id, "Tea", '{"plan": [null, "free"]}')]

    def test_a_key(self, data: Data, account_id: int, actor: Actor) -> None:
        given: dict[str, Any] = {"scopes": frozenset({Scope.STAMP_READ, Scope.CARD_READ}), "expires_at": None}
        made = data.write(keys.create, account_id, name="Till", **given, actor=actor, now_us=NOW_US).stored
        data.write(keys.revoke, account_id, made.key_id, actor=actor, now_us=NOW_US)
        nameless = data.write(keys.create, account_id, name="", **given, actor=actor, now_us=NOW_US).stored
        scopes = '{"scopes": [null, ["card:read", "stamp:read"]]}'
        assert lines(data, actor) == [
            ("key.created", made.key_id, "Till", scopes),
            ("key.revoked", made.key_id, "Till", None),
            ("key.created", nameless.key_id, nameless.prefix, scopes),
        ]

    def test_a_person(self, data: Data, account_id: int, bob: Member, actor: Actor) -> None:
        data.write(service.change_role, account_id, bob.person_id, "manager", actor=actor, now_us=NOW_US)
        data.write(service.change_role, account_id, bob.person_id, "manager", actor=actor, now_us=NOW_US)
        data.write(access_links.password_link, account_id, bob.person_id, actor=actor, now_us=NOW_US)
        data.write(sign_ins.sign_out_everywhere, account_id, bob.person_id, actor=actor, now_us=NOW_US)
        data.write(service.remove, account_id, bob.person_id, actor=actor, now_us=NOW_US)
        assert lines(data, actor) == [
            ("person.role", bob.person_id, "Bob", '{"role": ["staff", "manager"]}'),
            ("person.password-link", bob.person_id, "Bob", None),
            ("person.signed-out", bob.person_id, "Bob", None),
            ("person.removed", bob.person_id, "Bob", '{"role": ["manager", null]}'),
        ]

    def test_an_invitation(self, data: Data, account_id: int, actor: Actor) -> None:
        link = data.write(access_links.invite, account_id, email=EMAIL, role="staff", actor=actor, now_us=NOW_US).stored
        data.write(access_links.revoke_invitation, account_id, link.link_id, actor=actor, now_us=NOW_US)
        assert link.invited_by == (None if actor is OPERATOR else 7)
        assert lines(data, actor) == [
            ("person.invited", link.link_id, EMAIL, '{"role": [null, "staff"]}'),
            ("person.invitation-revoked", link.link_id, EMAIL, None),
        ]


class TestTheOperator:
    def test_calls_people_by_the_address_that_was_typed(self, data: Data, account_id: int, bob: Member) -> None:
        for kind in ("password", "sign_in", "address"):
            data.write(access_links.link_for, kind, EMAIL, account_id=account_id, now_us=NOW_US)
        data.write(access_links.address_link_by_operator, EMAIL, "bob@home.example", account_id=account_id, now_us=NOW_US)
        data.write(service.remove_by_operator, EMAIL, account_id=account_id, now_us=NOW_US)
        assert lines(data, OPERATOR) == [
            ("person.password-link", bob.person_id, EMAIL, None),
            ("person.sign-in-link", bob.person_id, EMAIL, None),
            ("person.address-link", bob.person_id, EMAIL, None),
            ("person.address-link", bob.person_id, EMAIL, None),
            ("person.removed", bob.person_id, "Bob", '{"role": ["staff", null]}'),
        ]


class TestWhatPeopleDoThemselves:
    def test_a_name_a_password_and_an_address(self, data: Data, bob: Member) -> None:
        for name in ("Rob", "Bob"):
            data.write(service.rename, bob, name, actor=actor_of(bob), now_us=NOW_US)
        data.write(service.set_password, bob, password_hash="x", but=0, actor=actor_of(bob), now_us=NOW_US)
        for email in ("bob@home.example", bob.email):
            data.write(joining.change_address, bob, email, actor=actor_of(bob), now_us=NOW_US)
        link = data.write(access_links.address_link, bob, "bob@home.example", now_us=NOW_US)
        data.write(joining.confirm_address, link.proof_token, bob, actor=actor_of(bob), now_us=NOW_US)
        assert lines(data, actor_of(bob)) == [
            ("person.renamed", bob.person_id, "Rob", '{"name": ["Bob", "Rob"]}'),
            ("person.password", bob.person_id, "Bob", None),
            ("person.address", bob.person_id, "Bob", '{"email": null}'),
            ("person.address", bob.person_id, "Bob", '{"email": null}'),
        ]

    @pytest.mark.parametrize("recorded", [True, False])
    def test_signing_in_unless_what_led_here_is_recorded(self, data: Data, bob: Member, recorded: bool) -> None:
        old = session_of(data, bob)
        given = {"cookie": "", "device": "", "address": "", "recorded": recorded, "now_us": NOW_US}
        data.write(sign_ins.sign_in, bob, replaced=old, **given)
        assert data.count("session") == 1
        assert lines(data, actor_of(bob)) == [("person.signed-in", bob.person_id, "Bob", None)][recorded:]

    def test_signing_out_as_far_as_there_was_anything_to_end(self, data: Data, bob: Member) -> None:
        here, there, *_ = [session_of(data, bob).session_id for _ in range(4)]
        by: dict[str, Any] = {"actor": actor_of(bob), "now_us": NOW_US}
        data.write(sign_ins.sign_out_there, bob, there, **by)
        with pytest.raises(SessionNotFound):
            data.write(sign_ins.sign_out_there, bob, there, **by)
        for _ in range(2):
            data.write(sign_ins.sign_out_others, bob, here=here, **by)
        assert [data.write(sign_ins.sign_out, bob, here, **by) for _ in range(2)] == [True, False]
        assert lines(data, actor_of(bob)) == [
            ("person.signed-out", bob.person_id, "Bob", None),
            ("person.signed-out", bob.person_id, "Bob", '{"sessions": [2, 0]}'),
            ("person.signed-out", bob.person_id, "Bob", None),
        ]

    def test_going_to_another_shop(self, data: Data, bob: Member) -> None:
        other = open_account(data, name="Another", now_us=NOW_US).account_id
        session = session_of(data, bob)
        data.write(sign_ins.switch, session, bob.account_id, now_us=NOW_US)
        with pytest.raises(ShopNotFound):
            data.write(sign_ins.switch, session, other, now_us=NOW_US)
        data.write(service.add_member, other, bob.person_id, role=Role.OWNER, now_us=NOW_US)
        data.write(sign_ins.switch, session, other, now_us=NOW_US)
        assert lines(data, actor_of(bob)) == [("person.signed-in", bob.person_id, "Bob", None)]
        assert [row["account_id"] for row in data.rows("SELECT account_id FROM audit")] == [other]


class TestWhoOpensALink:
    def test_joins_as_somebody_new(self, data: Data, account_id: int) -> None:
        link = data.write(unlogged(access_links.invite), account_id, email=EMAIL, role="staff", actor=OPERATOR, now_us=NOW_US)
        bob = data.write(joining.join_as_new, link.token, name="Bob", password_hash="x", now_us=NOW_US)
        assert lines(data, actor_of(bob)) == [("person.joined", bob.person_id, "Bob", '{"role": [null, "staff"]}')]

    def test_joins_as_who_they_are(self, data: Data, bob: Member) -> None:
        other = open_account(data, name="Another", now_us=NOW_US).account_id
        link = data.write(unlogged(access_links.invite), other, email=EMAIL, role="owner", actor=OPERATOR, now_us=NOW_US)
        data.write(joining.join_as, link.token, bob.person_id, now_us=NOW_US)
        assert lines(data, actor_of(bob)) == [("person.joined", bob.person_id, "Bob", '{"role": [null, "owner"]}')]

    @pytest.mark.parametrize("own", [True, False])
    def test_chooses_a_password_as_who_they_are_then(self, data: Data, bob: Member, own: bool) -> None:
        """By a link that an owner handed on they become another person."""
        link = data.write(access_links.link_of, "password", bob, now_us=NOW_US)
        token = link.proof_token if own else link.token
        now = data.write(joining.set_password_by_link, token, password_hash="x", now_us=NOW_US)
        assert (now.person_id == bob.person_id) is own
        assert lines(data, actor_of(now)) == [("person.password", now.person_id, "Bob", None)]


def test_a_lock_is_recorded_once_by_the_address_of_who_tried(data: Data, bob: Member) -> None:
    given: dict[str, Any] = {"address": "192.0.2.1", "now_us": NOW_US}
    locked = [data.write(throttling.count_try, EMAIL, "a network", **given) is not None for _ in range(8)]
    assert locked == [False] * 5 + [True] * 3
    assert lines(data, staff_actor(None, "192.0.2.1")) == [("person.sign-in-locked", bob.person_id, "Bob", None)]


def test_a_change_of_an_account_that_somebody_else_changed_is_none(data: Data, account_id: int) -> None:
    before = data.read(accounts.get_account, account_id)
    by: dict[str, Any] = {"actor": ALICE, "now_us": NOW_US}
    data.write(accounts.change_account, account_id, {"name": "Tea"}, seen=seen_of(before), **by)
    with pytest.raises(AccountChanged) as refused:
        data.write(accounts.change_account, account_id, {"name": "Coffee"}, seen=seen_of(before), **by)
    assert refused.value.present == data.read(accounts.get_account, account_id)
    assert [line[2] for line in lines(data, ALICE)] == ["Tea"]
