"""People of a version in which each belonged to one account: they sign in, do and are shown as before the upgrade."""

import hashlib

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kit.dashboard_client import DashboardClient
from kit.databases import Databases
from kit.shop import Shop
from kit.shops import OpenShop
from kit.upgrade import upgraded
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, service
from stampwell.features.people.model import Role

PASSWORD = "correct horse battery"
SIGN_IN = "/dashboard/sign-in"
NOW_US = 1_772_442_000_000_000
"""About what the tests' clock says."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_ACCOUNTS = """
INSERT INTO account (account_id, name, plan, time_zone, stamp_idx_format, created_at)
VALUES (900, 'Bean & Co', 'enterprise', 'Asia/Seoul', 'integer', 5), (901, 'Tea House', 'enterprise', 'UTC', 'integer', 5)
"""
_PEOPLE = """
INSERT INTO person (person_id, account_id, email, email_key, name, role, password_hash, created_at, removed_at)
VALUES (11, 900, 'Alice@Beans.example', 'alice@beans.example', 'Alice', 'owner', :hash, 9, NULL),
    (12, 900, 'Bob@Bücher.example', 'Bob@Bücher.example', 'Bob', 'manager', :hash, 9, NULL),
    (13, 901, 'bob@xn--bcher-kva.example', 'bob@xn--bcher-kva.example', 'Bert', 'owner', :hash, 9, NULL),
    (14, 900, 'carol@beans.example', 'carol@beans.example', 'Carol', 'staff', :hash, 8, 9),
    (15, 901, 'carol@beans.example', 'carol@beans.example', 'Carol', 'staff', '', 10, NULL)
"""
_SESSIONS = """
INSERT INTO session (account_id, person_id, digest, device, address, created_at, seen_at, expires_at)
VALUES (900, 11, :alice, 'Firefox', '192.0.2.1', :now_us, :now_us, :later_us),
    (901, 13, :bert, 'Firefox', '192.0.2.1', :now_us, :now_us, :later_us)
"""
_LINKS = """
INSERT INTO access_link (link_id, account_id, kind, digest, email, role, person_id, invited_by, created_at, expires_at, used_at)
VALUES (21, 900, 'invitation', :invitation, 'dora@beans.example', 'manager', NULL, 11, :now_us, :later_us, NULL),
    (22, 901, 'sign_in', :enter, 'carol@beans.example', 'staff', 15, NULL, :now_us, :later_us, NULL),
    (23, 900, 'password', :password, 'Bob@Bücher.example', 'manager', 12, NULL, :now_us, :later_us, NULL),
    (29, 900, 'password', :spent, 'Bob@Bücher.example', 'manager', 12, NULL, :now_us, :later_us, :now_us)
"""
# Pruned since, so that the number of the last one is known by the counter alone.
_PRUNED = "DELETE FROM access_link WHERE link_id = 29"
_COUNTED_ON = {
    "sqlite": (),
    "postgresql": (
        "SELECT setval(pg_get_serial_sequence('access_link', 'link_id'), 29)",
        "SELECT setval(pg_get_serial_sequence('person', 'person_id'), 15)",
    ),
}
_AUDIT = """
INSERT INTO audit (account_id, actor_kind, actor_id, actor_name, channel, action, subject_id, subject_name, recorded_at)
VALUES (900, 'person', 14, 'Carol', 'dashboard', 'card.updated', 7, 'Coffee', 9)
"""


@pytest.fixture
def url(databases: Databases, dialect: str) -> str:
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),)).hash(PASSWORD)
    tokens = {name: _digest(f"{name}-token") for name in ("alice", "bert", "invitation", "enter", "password", "spent")}
    later_us = NOW_US + 3_600_000_000
    statements = (_ACCOUNTS, _PEOPLE, _SESSIONS, _LINKS, _PRUNED, *_COUNTED_ON[dialect], _AUDIT)
    values = {"hash": cheap, "now_us": NOW_US, "later_us": later_us, **tokens}
    return upgraded(databases.empty(dialect), "0007", statements, **values)


@pytest.fixture
def shop(open_shop: OpenShop, dialect: str, url: str) -> Shop:
    return open_shop(dialect, database_url=url)


def enter(shop: Shop, email: str) -> str:
    """The name of whoever signs in with that address and the password of all; blank for nobody."""
    dashboard = shop.stranger()
    page = dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email=email, password=PASSWORD)
    return name_on(dashboard) if page.location == "/dashboard" else ""


def name_on(dashboard: DashboardClient) -> str:
    return dict(dashboard.get("/dashboard/profile").form("/dashboard/profile/name").values)["name"]


def test_everybody_signs_in_by_the_address_and_password_of_before(shop: Shop) -> None:
    found = {
        email: enter(shop, email)
        for email in (
            "ALICE@beans.example",
            "Bob@Bücher.example",
            "bob@xn--bcher-kva.example",
            "BOB@BÜCHER.example",
            "carol@beans.example",
        )
    }
    assert found == {
        "ALICE@beans.example": "Alice",
        "Bob@Bücher.example": "Bob",
        "bob@xn--bcher-kva.example": "Bert",
        "BOB@BÜCHER.example": "Bert",
        # Who has no password, and who was removed.
        "carol@beans.example": "",
    }


@pytest.mark.parametrize(("token", "name", "shown"), [("alice", "Alice", "Bean & Co"), ("bert", "Bert", "Tea House")])
def test_who_was_signed_in_still_is(shop: Shop, token: str, name: str, shown: str) -> None:
    dashboard = DashboardClient(shop.server.port, cookies={"stampwell": f"{token}-token"})
    assert name_on(dashboard) == name
    assert shown in dashboard.get("/dashboard").text


def test_roles_names_and_days_stay(shop: Shop) -> None:
    kept = [
        (member.person_id, member.name, member.role, member.joined_at, member.removed_at, member.proved)
        for account in (900, 901)
        for member in shop.data.read(service.list_people, account, removed=True)
    ]
    assert kept == [
        (11, "Alice", Role.OWNER, 9, None, False),
        (12, "Bob", Role.MANAGER, 9, None, False),
        (14, "Carol", Role.STAFF, 8, 9, False),
        (13, "Bert", Role.OWNER, 9, None, False),
        (15, "Carol", Role.STAFF, 10, None, False),
    ]


def test_the_audit_log_names_who_was_removed(shop: Shop) -> None:
    dashboard = DashboardClient(shop.server.port, cookies={"stampwell": "alice-token"})
    page = dashboard.get("/dashboard/account/audit", person=14)
    assert "Changed the card Coffee" in page.text
    assert '<option value="14" selected>Carol' in page.html


def test_of_who_was_removed_no_address_and_password_are_kept(shop: Shop) -> None:
    (row,) = shop.data.rows("SELECT email, email_key, password_hash FROM person WHERE person_id = 14")
    assert row == {"email": "", "email_key": "", "password_hash": ""}


def test_links_that_were_under_way_open_what_they_did(shop: Shop) -> None:
    for path, fields in (
        ("/dashboard/join/invitation-token", {"name": "Dora", "password": "another horse battery"}),
        ("/dashboard/enter/enter-token", {}),
        ("/dashboard/password/password-token", {"password": "another horse battery"}),
    ):
        dashboard = shop.stranger()
        assert dashboard.submit(dashboard.get(path), path, **fields).location == "/dashboard"
        assert shop.stranger().get(path).status == 404
    assert shop.stranger().get("/dashboard/password/spent-token").status == 404
    members = shop.data.read(service.list_people, 900)
    assert [(member.name, member.role) for member in members if member.name in {"Bob", "Dora"}] == [
        ("Dora", Role.MANAGER),
        ("Bob", Role.MANAGER),
    ]
    assert not any(member.proved for member in members)


def test_numbers_that_were_given_are_not_given_again(shop: Shop) -> None:
    made = {"email": "new@beans.example", "role": Role.STAFF, "now_us": NOW_US}
    assert shop.data.write(service.add_person, 900, name="New", **made).person_id == 16
    link = shop.data.write(access_links.link_for, "sign_in", "new@beans.example", now_us=NOW_US)
    assert link.stored.link_id == 30


def test_nobody_is_kept_from_an_address_of_before(shop: Shop) -> None:
    """Who gave it before the upgrade has proved nothing."""
    made = {"role": Role.STAFF, "actor": OPERATOR, "now_us": NOW_US}
    link = shop.data.write(access_links.invite, 901, email="alice@beans.example", **made)
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.proof_token}"
    dashboard.submit(dashboard.get(path), path, name="Alicia", password="another horse battery")
    assert name_on(dashboard) == "Alicia"
    assert enter(shop, "alice@beans.example") == "Alice"
