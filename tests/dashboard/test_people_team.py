"""`/dashboard/people`: who may sign in, roles, removals, invitations and links that owners make."""

import re
import threading

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.data import Data
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, service
from stampwell.features.people.errors import LastOwner
from stampwell.features.people.model import Member, Role

PEOPLE = "/dashboard/people"
PASSWORD = "correct horse battery"


def somebody(shop: Shop, role: Role = Role.STAFF, name: str = "") -> tuple[DashboardClient, Member]:
    """Signed in, in Alice's shop."""
    dashboard = shop.dashboard(role=role, name=name)
    assert dashboard.person is not None
    return dashboard, dashboard.person


def invite(dashboard: DashboardClient, email: str = "dora@beans.example", role: str = "staff") -> DashboardPage:
    return dashboard.submit(dashboard.get(f"{PEOPLE}/new"), f"{PEOPLE}/new", email=email, role=role)


def path_in(page: DashboardPage) -> str:
    found = re.search(r"/dashboard/(?:join|password)/[A-Za-z0-9]{43}", page.html)
    assert found is not None, page.text
    return found[0]


def audited(shop: Shop) -> list[tuple[str, str]]:
    return [(row["action"], row["subject_name"]) for row in shop.data.rows("SELECT * FROM audit ORDER BY audit_id")]


class TestList:
    def test_has_everybody_with_role_and_last_seen(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER, "Alice Brown")
        somebody(own_shop, Role.STAFF, "Bob")
        page = owner.get(PEOPLE)
        assert [word in page.text for word in ("Alice Brown", "Bob", "Owner", "Staff", "You")] == [True] * 5

    def test_leaves_out_other_shops_and_who_was_removed(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        own_shop.dashboard(own_shop.charlie, name="Charlie")
        _, bob = somebody(own_shop, name="Bob")
        own_shop.data.write(service.remove, bob.account_id, bob.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        assert [name in owner.get(PEOPLE).text for name in ("Charlie", "Bob")] == [False, False]


class TestRole:
    def test_holds_from_the_next_request_on(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        staff, bob = somebody(own_shop, name="Bob")
        assert staff.get(PEOPLE).status == 403
        path = f"{PEOPLE}/{bob.person_id}"
        assert "Saved: Bob." in owner.done(owner.get(path), f"{path}/role", role="owner").text
        assert staff.get(PEOPLE).status == 200
        assert audited(own_shop) == [("person.role", "Bob")]

    def test_of_the_last_owner_stays(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER, "Alice")
        path = f"{PEOPLE}/{alice.person_id}"
        page = owner.submit(owner.get(path), f"{path}/role", role="staff")
        assert (page.status, "Alice is the only owner. Make somebody else an owner first." in page.text) == (409, True)
        assert own_shop.data.read(service.get_person, alice.account_id, alice.person_id).role is Role.OWNER

    def test_of_oneself_can_be_made_less_while_there_is_another_owner(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER)
        somebody(own_shop, Role.OWNER)
        path = f"{PEOPLE}/{alice.person_id}"
        assert owner.submit(owner.get(path), f"{path}/role", role="manager").location == "/dashboard"
        assert owner.get(PEOPLE).status == 403

    @pytest.mark.one_database
    def test_that_there_is_none_of_is_refused(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        _, bob = somebody(own_shop)
        path = f"{PEOPLE}/{bob.person_id}"
        assert owner.submit(owner.get(path), f"{path}/role", role="god").status == 400

    @pytest.mark.parametrize("what", ["demote", "remove"])
    def test_two_owners_who_take_each_other_away_at_once_leave_one(self, own_shop: Shop, what: str) -> None:
        pair = [somebody(own_shop, Role.OWNER)[1] for _ in range(2)]
        ready, refused = threading.Barrier(2), []

        def take_away(victim: Member) -> None:
            with Data(own_shop.data.url) as data:
                ready.wait()
                try:
                    if what == "demote":
                        data.write(
                            service.change_role, victim.account_id, victim.person_id, Role.STAFF, actor=OPERATOR, now_us=1
                        )
                    else:
                        data.write(
                            service.remove, victim.account_id, victim.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us()
                        )
                except LastOwner:
                    refused.append(victim)

        threads = [threading.Thread(target=take_away, args=(victim,)) for victim in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        owners = [one for one in own_shop.data.read(service.list_people, pair[0].account_id) if one.role is Role.OWNER]
        assert [one.person_id for one in owners] == [one.person_id for one in refused]
        assert len(owners) == 1


class TestRemoving:
    def test_ends_every_session_at_once(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        staff, bob = somebody(own_shop, name="Bob")
        path = f"{PEOPLE}/{bob.person_id}/remove"
        assert "Remove Bob?" in owner.get(path).text
        assert "Bob can no longer sign in." in owner.done(owner.get(path), path).text
        assert staff.get("/dashboard").location == "/dashboard/sign-in"
        assert owner.get(path).status == 404
        assert audited(own_shop) == [("person.removed", "Bob")]

    def test_the_last_owner_is_refused(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER, "Alice")
        path = f"{PEOPLE}/{alice.person_id}/remove"
        page = owner.submit(owner.get(path), path)
        assert (page.status, "Alice is the only owner." in page.text) == (409, True)
        assert owner.get(PEOPLE).status == 200

    def test_oneself_leads_out(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER)
        somebody(own_shop, Role.OWNER)
        path = f"{PEOPLE}/{alice.person_id}/remove"
        assert owner.submit(owner.get(path), path).location == "/dashboard/sign-in"
        assert "stampwell" not in owner.cookies

    def test_signing_somebody_out_everywhere(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER)
        staff, bob = somebody(own_shop, name="Bob")
        path = f"{PEOPLE}/{bob.person_id}"
        assert "Bob is signed out everywhere." in owner.done(owner.get(path), f"{path}/sign-out").text
        assert staff.get("/dashboard").status == 303
        mine = f"{PEOPLE}/{alice.person_id}"
        assert "You are signed out everywhere else." in owner.done(owner.get(mine), f"{mine}/sign-out").text


class TestInviting:
    def test_shows_a_link_once_that_lets_somebody_join(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        page = invite(owner, role="manager")
        path = path_in(page)
        assert page.headers["Cache-Control"] == "no-store"
        assert path not in owner.get(PEOPLE).html
        assert "dora@beans.example" in owner.get(PEOPLE).text
        stranger = own_shop.stranger()
        assert stranger.submit(stranger.get(path), path, name="Dora", password=PASSWORD).status == 303
        assert "Pending invitations" not in owner.get(PEOPLE).text
        assert audited(own_shop) == [("person.invited", "dora@beans.example"), ("person.joined", "Dora")]

    def test_the_same_address_anew_takes_the_place_of_the_first_link(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        first, second = path_in(invite(owner)), path_in(invite(owner, "Dora@beans.example"))
        assert [own_shop.stranger().get(path).status for path in (first, second)] == [404, 200]

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("email", "role", "problem"),
        [
            ("dora", "staff", "Enter an e-mail address, such as name@example.com."),
            ("dora@beans.example\r\nBcc: eve@x.example", "staff", "This has something invisible in it (a line end)."),
            ("dora@beans.example", "god", "Choose a role."),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(self, own_shop: Shop, email: str, role: str, problem: str) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        page = invite(owner, email, role)
        assert (page.status, problem in page.text) == (400, True)
        assert own_shop.data.count("access_link") == 0

    def test_who_is_here_already_is_not_invited(self, own_shop: Shop) -> None:
        owner, alice = somebody(own_shop, Role.OWNER)
        assert "Someone already signs in with this address." in invite(owner, alice.email.upper()).text

    def test_an_invitation_can_be_taken_back(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        path = path_in(invite(owner))
        (link,) = own_shop.data.rows("SELECT link_id FROM access_link")
        page = owner.done(owner.get(PEOPLE), f"{PEOPLE}/invitations/{link['link_id']}/revoke")
        assert "Invitation withdrawn: dora@beans.example." in page.text
        assert own_shop.stranger().get(path).status == 404
        assert audited(own_shop)[-1] == ("person.invitation-revoked", "dora@beans.example")

    def test_of_two_who_prove_one_address_at_once_one_has_it(self, own_shop: Shop) -> None:
        desks, tokens = [own_shop.stranger(), own_shop.stranger()], []
        for of in (own_shop.alice, own_shop.charlie):
            given = {"email": "dora@beans.example", "role": Role.STAFF, "actor": OPERATOR, "now_us": own_shop.clock.now_us()}
            tokens.append(own_shop.data.write(access_links.invite, of.account_id, **given).proof_token)
        paths = [f"/dashboard/join/{token}" for token in tokens]
        pages = [dashboard.get(path) for dashboard, path in zip(desks, paths, strict=True)]
        answers: list[DashboardPage] = []

        def join(dashboard: DashboardClient, page: DashboardPage, path: str) -> None:
            answers.append(dashboard.submit(page, path, name="Dora", password=PASSWORD))

        threads = [threading.Thread(target=join, args=given) for given in zip(desks, pages, paths, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [page.status for page in answers] == [303, 303]
        rows = own_shop.data.rows("SELECT proved_at IS NOT NULL AS proved FROM person")
        assert sorted(bool(row["proved"]) for row in rows) == [False, True]


class TestPasswordLink:
    def test_is_shown_once_and_works(self, own_shop: Shop) -> None:
        owner, _ = somebody(own_shop, Role.OWNER)
        _, bob = somebody(own_shop, name="Bob")
        page = owner.get(f"{PEOPLE}/{bob.person_id}")
        path = path_in(owner.submit(page, f"{PEOPLE}/{bob.person_id}/password-link"))
        stranger = own_shop.stranger()
        assert stranger.submit(stranger.get(path), path, password=PASSWORD).location == "/dashboard"
        assert audited(own_shop) == [("person.password-link", "Bob"), ("person.password", "Bob")]


@pytest.mark.parametrize("rest", ["", "/remove"])
def test_people_of_other_shops_are_not_found(own_shop: Shop, rest: str) -> None:
    owner, _ = somebody(own_shop, Role.OWNER)
    charlie = own_shop.dashboard(own_shop.charlie).person
    assert charlie is not None
    theirs, nobodys = owner.get(f"{PEOPLE}/{charlie.person_id}{rest}"), owner.get(f"{PEOPLE}/987654321{rest}")
    assert (theirs.status, theirs.text) == (404, nobodys.text)
