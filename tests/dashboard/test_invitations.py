"""Links that open something once: an invitation, a new password, a sign-in."""

import json

import pytest

from kit.command import InProcess
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links as people_links
from stampwell.features.people import service
from stampwell.features.people.errors import LastOwner
from stampwell.features.people.model import LinkKind, Role

PASSWORD = "correct horse battery"
WEEK_S = 7 * 86_400

TOO_EASY = "This password is too easy to guess. Use a few words that only you know."


def invitation(shop: Shop, email: str = "bob@beans.example", role: Role = Role.STAFF) -> str:
    """Its path."""
    made = shop.data.write(
        people_links.invite, shop.alice.account_id, email=email, role=role, actor=OPERATOR, now_us=shop.clock.now_us()
    )
    return f"/dashboard/join/{made.token}"


def link(shop: Shop, kind: LinkKind, email: str) -> str:
    made = shop.data.write(people_links.link_for, kind, email, now_us=shop.clock.now_us())
    return f"/dashboard/{'password' if kind == 'password' else 'enter'}/{made.token}"


def join(dashboard: DashboardClient, path: str, **fields: str) -> DashboardPage:
    return dashboard.submit(dashboard.get(path), path, **{"name": "Bob", "password": PASSWORD, **fields})


def is_spent(page: DashboardPage) -> bool:
    return page.status == 404 and "This link is not valid any more" in page.text


class TestInvitation:
    def test_says_which_shop_and_as_what(self, own_shop: Shop) -> None:
        page = own_shop.stranger().get(invitation(own_shop))
        assert "Join Bean & Co" in page.text
        assert "as staff: you can issue cards, add stamps and redeem rewards." in page.text
        assert "The invitation is for bob@beans.example." in page.text

    def test_makes_a_person_of_that_role_who_is_signed_in(self, own_shop: Shop) -> None:
        dashboard = own_shop.stranger()
        assert dashboard.follow(join(dashboard, invitation(own_shop))).status == 200
        (person,) = own_shop.data.read(service.list_people, own_shop.alice.account_id)
        assert (person.name, person.email, person.role) == ("Bob", "bob@beans.example", Role.STAFF)
        assert PASSWORD not in json.dumps(own_shop.data.rows("SELECT * FROM person"))

    def test_is_recorded(self, own_shop: Shop) -> None:
        join(own_shop.stranger(), invitation(own_shop))
        _, row = own_shop.data.rows("SELECT action, actor_name, subject_name, changes FROM audit ORDER BY audit_id")
        assert row == {
            "action": "person.joined",
            "actor_name": "Bob",
            "subject_name": "Bob",
            "changes": '{"role": [null, "staff"]}',
        }

    def test_is_for_one(self, own_shop: Shop) -> None:
        path = invitation(own_shop)
        page = own_shop.stranger().get(path)
        assert join(own_shop.stranger(), path).status == 303
        assert is_spent(own_shop.stranger().get(path))
        assert is_spent(own_shop.stranger().submit(page, path, name="Eve", password=PASSWORD))

    def test_holds_for_a_week(self, own_shop: Shop) -> None:
        path = invitation(own_shop)
        own_shop.clock.advance(seconds=WEEK_S - 1)
        assert own_shop.stranger().get(path).status == 200
        own_shop.clock.advance(seconds=1)
        assert is_spent(own_shop.stranger().get(path))

    def test_can_be_taken_back(self, own_shop: Shop) -> None:
        path, account_id = invitation(own_shop), own_shop.alice.account_id
        (pending,) = own_shop.data.read(people_links.list_invitations, account_id, now_us=own_shop.clock.now_us())
        own_shop.data.write(
            people_links.revoke_invitation, account_id, pending.link_id, actor=OPERATOR, now_us=own_shop.clock.now_us()
        )
        assert is_spent(own_shop.stranger().get(path))

    @pytest.mark.parametrize(
        ("fields", "field", "problem"),
        [
            ({"name": ""}, "name", "Enter a name of at most 100 characters."),
            ({"password": "short"}, "password", "Use 10 to 200 characters."),
            ({"password": "aaaaaaaaaaaa"}, "password", TOO_EASY),
            ({"password": "Password123"}, "password", TOO_EASY),
            ({"password": "Bob@beans.example"}, "password", TOO_EASY),
        ],
    )
    def test_a_wrong_field_is_named_and_the_link_goes_on(
        self, own_shop: Shop, fields: dict[str, str], field: str, problem: str
    ) -> None:
        path, dashboard = invitation(own_shop), own_shop.stranger()
        page = join(dashboard, path, **fields)
        assert page.status == 400
        assert f'id="{field}-error">{problem}<' in page.html
        assert own_shop.data.count("person") == 0
        assert join(dashboard, path).status == 303


class TestNewPassword:
    def test_takes_the_place_of_the_old_one_and_ends_every_session(self, own_shop: Shop) -> None:
        dashboard = own_shop.stranger()
        join(dashboard, invitation(own_shop))
        path, other = link(own_shop, "password", "bob@beans.example"), own_shop.stranger()
        assert other.submit(other.get(path), path, password="another horse battery").location == "/dashboard"
        assert dashboard.get("/dashboard").status == 303
        assert other.get("/dashboard").status == 200
        answers = []
        for password in (PASSWORD, "another horse battery"):
            one = own_shop.stranger()
            page = one.get("/dashboard/sign-in")
            answers.append(one.submit(page, "/dashboard/sign-in", email="bob@beans.example", password=password).status)
        assert answers == [403, 303]
        assert is_spent(own_shop.stranger().get(path))

    def test_a_wrong_one_is_refused_and_the_link_goes_on(self, own_shop: Shop) -> None:
        join(own_shop.stranger(), invitation(own_shop))
        path, dashboard = link(own_shop, "password", "bob@beans.example"), own_shop.stranger()
        assert dashboard.submit(dashboard.get(path), path, password="short").status == 400
        assert dashboard.get(path).status == 200


class TestSignInLink:
    def test_opens_by_its_button_only(self, own_shop: Shop) -> None:
        """A program that looks at links must not use it up."""
        join(own_shop.stranger(), invitation(own_shop))
        path, dashboard = link(own_shop, "sign_in", "bob@beans.example"), own_shop.stranger()
        assert (dashboard.get(path).status, dashboard.get(path).status) == (200, 200)
        assert dashboard.follow(dashboard.submit(dashboard.get(path), path)).status == 200
        assert is_spent(own_shop.stranger().get(path))

    def test_a_link_of_another_kind_is_none(self, own_shop: Shop) -> None:
        token = invitation(own_shop).rsplit("/", 1)[1]
        assert is_spent(own_shop.stranger().get(f"/dashboard/enter/{token}"))
        assert is_spent(own_shop.stranger().get(f"/dashboard/password/{token}"))


class TestPeople:
    def test_the_last_owner_stays(self, own_shop: Shop) -> None:
        dashboard, account_id = own_shop.dashboard(), own_shop.alice.account_id
        assert dashboard.person is not None
        with pytest.raises(LastOwner):
            own_shop.data.write(
                service.remove, account_id, dashboard.person.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us()
            )
        with pytest.raises(LastOwner):
            own_shop.data.write(
                service.change_role,
                account_id,
                dashboard.person.person_id,
                Role.STAFF,
                actor=OPERATOR,
                now_us=own_shop.clock.now_us(),
            )
        own_shop.dashboard()
        own_shop.data.write(
            service.change_role,
            account_id,
            dashboard.person.person_id,
            Role.STAFF,
            actor=OPERATOR,
            now_us=own_shop.clock.now_us(),
        )

    def test_somebody_who_was_removed_is_signed_out_and_the_address_is_free(self, own_shop: Shop) -> None:
        own_shop.dashboard()
        dashboard = own_shop.stranger()
        join(dashboard, invitation(own_shop))
        bob = own_shop.data.read(service.find_by_email, "bob@beans.example")
        assert bob is not None
        own_shop.data.write(service.remove, bob.account_id, bob.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        assert dashboard.get("/dashboard").status == 303
        assert join(own_shop.stranger(), invitation(own_shop)).status == 303


class TestCommands:
    def test_invite_prints_a_link_for_the_first_owner_and_then_for_staff(self, own_shop: Shop) -> None:
        command, account = InProcess(own_shop.data.url), str(own_shop.alice.account_id)
        made = command("account", "invite", account, "alice@beans.example", "--json").json
        assert made["role"] == "owner"
        path = made["link"].removeprefix("http://127.0.0.1:8000")
        assert join(own_shop.stranger(), path, name="Alice").status == 303
        again = command("account", "invite", account, "bob@beans.example", "--json").json
        assert again["role"] == "staff"
        (person,) = command("person", "list", account, "--json").json["list"]
        assert (person["email"], person["personNm"], person["role"]) == ("alice@beans.example", "Alice", "owner")
