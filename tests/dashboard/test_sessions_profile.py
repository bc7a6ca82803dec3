"""`/dashboard/profile`: one's own name, password and sessions; and what of signing in is written down."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.dashboard.people.devices import device_in_words
from stampwell.features.people import access_links, service
from stampwell.features.people.model import Role
from stampwell.features.people.sessions import open_session

PROFILE = "/dashboard/profile"
SIGN_IN = "/dashboard/sign-in"
PASSWORD, OTHER = "correct horse battery", "another horse battery"
EMAIL = "alice@beans.example"


def join(shop: Shop, email: str = EMAIL) -> DashboardClient:
    link = shop.data.write(
        access_links.invite, shop.alice.account_id, email=email, role=Role.STAFF, actor=OPERATOR, now_us=shop.clock.now_us()
    )
    dashboard, path = shop.stranger(), f"/dashboard/join/{link.token}"
    assert dashboard.submit(dashboard.get(path), path, name="Alice", password=PASSWORD).status == 303
    return dashboard


def sign_in(shop: Shop, password: str = PASSWORD) -> tuple[DashboardClient, DashboardPage]:
    dashboard = shop.stranger()
    return dashboard, dashboard.submit(dashboard.get(SIGN_IN), SIGN_IN, email=EMAIL, password=password)


def change(dashboard: DashboardClient, present: str, password: str) -> DashboardPage:
    return dashboard.submit(dashboard.get(PROFILE), f"{PROFILE}/password", present=present, password=password)


def sessions_of(shop: Shop) -> list[int]:
    return [row["session_id"] for row in shop.data.rows("SELECT session_id FROM session ORDER BY session_id")]


def actions(shop: Shop) -> list[str]:
    return [row["action"] for row in shop.data.rows("SELECT action FROM audit ORDER BY audit_id")]


class TestName:
    def test_is_changed(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        assert "Saved: Alice Brown." in dashboard.done(dashboard.get(PROFILE), f"{PROFILE}/name", name="Alice Brown").text
        assert 'value="Alice Brown"' in dashboard.get(PROFILE).html
        assert actions(own_shop)[-1] == "person.renamed"

    def test_a_wrong_one_is_refused_and_stays_in_the_field(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        page = dashboard.submit(dashboard.get(PROFILE), f"{PROFILE}/name", name="x" * 101)
        assert (page.status, "Enter a name of at most 100 characters." in page.text) == (400, True)
        assert "x" * 101 in page.html


class TestPassword:
    def test_is_changed_and_other_sessions_end(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        other, _ = sign_in(own_shop)
        assert "Password changed." in dashboard.follow(change(dashboard, PASSWORD, OTHER)).text
        assert (dashboard.get(PROFILE).status, other.get(PROFILE).status) == (200, 303)
        assert [sign_in(own_shop, password)[1].status for password in (PASSWORD, OTHER)] == [403, 303]
        assert "person.password" in actions(own_shop)

    def test_links_for_a_new_one_open_nothing_any_more(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        link = own_shop.data.write(access_links.link_for, "password", EMAIL, now_us=own_shop.clock.now_us())
        change(dashboard, PASSWORD, OTHER)
        assert own_shop.stranger().get(f"/dashboard/password/{link.token}").status == 404

    def test_the_present_one_is_asked_for_and_tries_are_counted(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        pages = [change(dashboard, "wrong wrong wrong", OTHER) for _ in range(5)]
        assert [page.status for page in pages] == [400] * 5
        assert "This isn't your current password." in pages[0].text
        locked = change(dashboard, PASSWORD, OTHER)
        assert (locked.status, locked.headers["Retry-After"]) == (429, "900")
        # It was this browser that tried, and nobody else is held up.
        assert sign_in(own_shop)[1].status == 303

    def test_an_easy_one_is_refused(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        assert change(dashboard, PASSWORD, "short").status == 400
        assert sign_in(own_shop)[1].status == 303

    def test_who_has_none_chooses_one(self, own_shop: Shop) -> None:
        now_us = own_shop.clock.now_us()
        person = own_shop.data.write(
            service.add_person, own_shop.alice.account_id, email=EMAIL, name="Alice", role=Role.STAFF, now_us=now_us
        )
        dashboard = DashboardClient.signed_in(own_shop.server.port, own_shop.data, person, now_us=now_us)
        page = dashboard.get(PROFILE)
        assert "Current password" not in page.text
        assert dashboard.submit(page, f"{PROFILE}/password", password=PASSWORD).status == 303
        assert sign_in(own_shop)[1].status == 303

    def test_a_stored_hash_that_is_none_matches_nothing(self, own_shop: Shop) -> None:
        dashboard = own_shop.dashboard()
        assert dashboard.person is not None
        stranger = own_shop.stranger()
        fields = {"email": dashboard.person.email, "password": "nobody can sign in with this"}
        assert stranger.submit(stranger.get(SIGN_IN), SIGN_IN, **fields).status == 403


class TestSessions:
    def test_each_is_listed_in_words_and_can_be_ended(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        other, _ = sign_in(own_shop)
        page = dashboard.get(PROFILE)
        assert "This one" in page.text
        here, there = sessions_of(own_shop)
        assert f"/sessions/{here}/sign-out" not in page.html
        assert "You are signed out there." in dashboard.done(page, f"{PROFILE}/sessions/{there}/sign-out").text
        assert (dashboard.get(PROFILE).status, other.get(PROFILE).status) == (200, 303)

    def test_all_others_can_be_ended(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        others = [sign_in(own_shop)[0] for _ in range(2)]
        dashboard.done(dashboard.get(PROFILE), f"{PROFILE}/sessions/sign-out-others")
        assert [one.get(PROFILE).status for one in (dashboard, *others)] == [200, 303, 303]

    def test_somebody_elses_is_not_found(self, own_shop: Shop) -> None:
        dashboard, bob = join(own_shop), join(own_shop, "bob@beans.example")
        values = [pair for pair in dashboard.get(PROFILE).form(f"{PROFILE}/name").values if pair[0] in {"csrf", "once"}]
        theirs = sessions_of(own_shop)[1]
        assert dashboard.post(f"{PROFILE}/sessions/{theirs}/sign-out", values).status == 404
        assert dashboard.post(f"{PROFILE}/sessions/987654321/sign-out", values).status == 404
        assert bob.get(PROFILE).status == 200

    def test_one_that_was_used_long_ago_is_not_listed(self, own_shop: Shop) -> None:
        dashboard = join(own_shop)
        person = own_shop.data.read(service.find_by_email, EMAIL)
        own_shop.data.write(open_session, person, device="Firefox/1 Windows", address="192.0.2.1", now_us=1)
        assert "192.0.2.1" not in dashboard.get(PROFILE).text


def test_signing_in_and_out_and_a_lock_are_written_down(own_shop: Shop) -> None:
    join(own_shop)
    dashboard, _ = sign_in(own_shop)
    dashboard.submit(dashboard.get("/dashboard"), "/dashboard/sign-out")
    for _ in range(8):
        sign_in(own_shop, "wrong")
    assert actions(own_shop) == [
        "person.invited",
        "person.joined",
        "person.signed-in",
        "person.signed-out",
        "person.sign-in-locked",
    ]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/1 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.0", "An unknown device"),
        ("", "An unknown device"),
        ("{0} Firefox/1", "Firefox"),
    ],
)
def test_devices_in_words(user_agent: str, words: str) -> None:
    assert device_in_words(user_agent).said(str) == words
