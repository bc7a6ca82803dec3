"""Links that open something once: until when, of which kind and for whom; also for a page that was opened in time."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.joining import BOB, OTHER, PASSWORD, PROFILE, invited, join, join_by_password, members
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links, service
from stampwell.features.people.access_links import NewLink
from stampwell.features.people.model import LinkKind, Member, Role

HOUR_S = 3600
DAY_S = 24 * HOUR_S
PATHS: dict[str, str] = {
    "invitation": "/dashboard/join",
    "password": "/dashboard/password",
    "sign_in": "/dashboard/enter",
    "address": f"{PROFILE}/address",
}
LIVES_S: dict[str, int] = {"invitation": 7 * DAY_S, "password": HOUR_S, "sign_in": DAY_S, "address": DAY_S}


def is_spent(page: DashboardPage) -> bool:
    return page.status == 404 and "This link is not valid any more" in page.text


def member_of(shop: Shop, of: Person, name: str = "Bob") -> Member:
    (member,) = [one for one in members(shop, of) if one.name == name]
    return member


def link(shop: Shop, kind: LinkKind, of: Person) -> NewLink:
    """Of Bob in that shop; an invitation is somebody else's."""
    if kind == "invitation":
        return invited(shop, of, "dora@beans.example")
    return shop.data.write(access_links.link_of, kind, member_of(shop, of), now_us=shop.clock.now_us())


def path_of(kind: LinkKind, made: NewLink) -> str:
    """An address is proved by the link of its mailbox alone."""
    return f"{PATHS[kind]}/{made.proof_token if kind == 'address' else made.token}"


def fields_for(kind: LinkKind) -> dict[str, str]:
    return {"invitation": {"name": "Dora", "password": OTHER}, "password": {"password": OTHER}}.get(kind, {})


@pytest.fixture
def bob(own_shop: Shop) -> DashboardClient:
    own_shop.dashboard(name="Alice")
    return join(own_shop, invited(own_shop, own_shop.alice).token)


@pytest.mark.usefixtures("bob")
class TestEnd:
    @pytest.mark.parametrize("kind", LIVES_S)
    def test_of_a_link_comes_while_its_page_is_open(self, own_shop: Shop, bob: DashboardClient, kind: LinkKind) -> None:
        path = path_of(kind, link(own_shop, kind, own_shop.alice))
        dashboard = bob if kind == "address" else own_shop.stranger()
        page = dashboard.get(path)
        own_shop.clock.advance(seconds=LIVES_S[kind])
        assert is_spent(dashboard.submit(page, path, **fields_for(kind)))
        own_shop.clock.advance(seconds=-0.001)
        assert dashboard.submit(page, path, **fields_for(kind)).status == 303

    def test_of_an_invitation_takes_it_off_the_list(self, own_shop: Shop) -> None:
        owner, email = own_shop.dashboard(), "dora@beans.example"
        invited(own_shop, own_shop.alice, email)
        own_shop.clock.advance(seconds=7 * DAY_S - 1)
        assert email in owner.get("/dashboard/people").text
        own_shop.clock.advance(seconds=1)
        assert email not in owner.get("/dashboard/people").text


@pytest.mark.usefixtures("bob")
class TestKind:
    @pytest.mark.parametrize("kind", ["invitation", "password", "address"])
    @pytest.mark.parametrize("token", ["token", "proof_token"])
    def test_of_another_link_signs_nobody_in(self, own_shop: Shop, kind: LinkKind, token: str) -> None:
        """Nor is that link spent: whoever was given it goes on."""
        made = link(own_shop, kind, own_shop.alice)
        stranger = own_shop.stranger()
        assert is_spent(stranger.post(f"{PATHS['sign_in']}/{getattr(made, token)}", []))
        assert "stampwell" not in stranger.cookies
        assert own_shop.data.rows("SELECT 1 FROM access_link WHERE used_at IS NOT NULL AND kind <> 'invitation'") == []
        assert own_shop.data.read(access_links.find_link, kind, made.token, now_us=own_shop.clock.now_us())

    @pytest.mark.parametrize("kind", ["sign_in", "password"])
    def test_of_another_link_confirms_no_address(self, own_shop: Shop, bob: DashboardClient, kind: LinkKind) -> None:
        made = link(own_shop, kind, own_shop.alice)
        values = bob.get(PROFILE).form(f"{PROFILE}/name").values
        assert is_spent(bob.post(f"{PATHS['address']}/{made.proof_token}", values))
        assert not member_of(own_shop, own_shop.alice).proved


class TestTakingBack:
    @staticmethod
    def _take_back(shop: Shop, link_id: int) -> DashboardPage:
        owner = shop.dashboard()
        values = owner.get(PROFILE).form(f"{PROFILE}/name").values
        return owner.post(f"/dashboard/people/invitations/{link_id}/revoke", values)

    def test_is_of_invitations_alone(self, own_shop: Shop, bob: DashboardClient) -> None:
        made = link(own_shop, "password", own_shop.alice)
        assert is_spent(self._take_back(own_shop, made.stored.link_id))
        assert own_shop.stranger().get(path_of("password", made)).status == 200
        assert BOB not in own_shop.dashboard().get("/dashboard/people").text.partition("Pending invitations")[2]
        assert bob.get(PROFILE).status == 200

    def test_comes_too_late_for_one_that_was_accepted(self, own_shop: Shop) -> None:
        made = invited(own_shop, own_shop.alice)
        join(own_shop, made.token)
        assert is_spent(self._take_back(own_shop, made.stored.link_id))

    def test_is_not_for_other_shops(self, own_shop: Shop) -> None:
        made = invited(own_shop, own_shop.charlie)
        assert is_spent(self._take_back(own_shop, made.stored.link_id))
        assert own_shop.stranger().get(path_of("invitation", made)).status == 200


class TestWhoLeft:
    def test_has_links_that_show_nothing_any_more(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert bob
        paths = [path_of(kind, link(own_shop, kind, own_shop.alice)) for kind in ("password", "sign_in")]
        member = member_of(own_shop, own_shop.alice)
        own_shop.data.write(service.remove, member.account_id, member.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        assert all(is_spent(own_shop.stranger().get(path)) for path in paths)

    def test_one_shop_of_two_has_those_of_the_other(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert bob
        bobs = member_of(own_shop, own_shop.alice)
        own_shop.data.write(
            service.add_member, own_shop.charlie.account_id, bobs.person_id, role=Role.STAFF, now_us=own_shop.clock.now_us()
        )
        left, kept = (path_of("password", link(own_shop, "password", of)) for of in (own_shop.alice, own_shop.charlie))
        own_shop.data.write(service.remove, bobs.account_id, bobs.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        assert is_spent(own_shop.stranger().get(left))
        assert own_shop.stranger().get(kept).status == 200


class TestAddress:
    def test_that_is_new_ends_links_for_the_old_one(self, own_shop: Shop, bob: DashboardClient) -> None:
        path = path_of("password", link(own_shop, "password", own_shop.alice))
        page = bob.submit(bob.get(PROFILE), f"{PROFILE}/address", email="bob@home.example", own=PASSWORD)
        assert page.status == 303
        assert is_spent(own_shop.stranger().get(path))

    def test_that_is_confirmed_ends_links_for_the_old_one(self, own_shop: Shop, bob: DashboardClient) -> None:
        old = path_of("password", link(own_shop, "password", own_shop.alice))
        member, now_us = member_of(own_shop, own_shop.alice), own_shop.clock.now_us()
        made = own_shop.data.write(access_links.address_link, member, "bob@home.example", now_us=now_us)
        path = path_of("address", made)
        assert bob.submit(bob.get(path), path).status == 303
        assert is_spent(own_shop.stranger().get(old))

    def test_is_confirmed_by_nobody_else(self, own_shop: Shop, bob: DashboardClient) -> None:
        path = path_of("address", link(own_shop, "address", own_shop.alice))
        eve = join(own_shop, invited(own_shop, own_shop.charlie, "eve@x.example").token, name="Eve")
        assert is_spent(eve.post(path, eve.get(PROFILE).form(f"{PROFILE}/name").values))
        assert member_of(own_shop, own_shop.charlie, "Eve").email == "eve@x.example"
        assert bob.submit(bob.get(path), path).status == 303

    def test_is_not_confirmed_by_the_token_that_proves_nothing(self, own_shop: Shop, bob: DashboardClient) -> None:
        made = link(own_shop, "address", own_shop.alice)
        values = bob.get(PROFILE).form(f"{PROFILE}/name").values
        assert is_spent(bob.post(f"{PATHS['address']}/{made.token}", values))
        assert not member_of(own_shop, own_shop.alice).proved


class TestRole:
    def test_of_a_member_stays_when_an_invitation_finds_them_here(self, own_shop: Shop) -> None:
        """An owner who was invited a second time, under another address, is not made staff by accepting it."""
        owner = join(own_shop, invited(own_shop, own_shop.alice, role=Role.OWNER).token)
        path = path_of("invitation", invited(own_shop, own_shop.alice, "bob@home.example"))
        changed = owner.submit(owner.get(PROFILE), f"{PROFILE}/address", email="bob@home.example", own=PASSWORD)
        assert changed.status == 303
        assert owner.submit(owner.get(path), f"{path}/accept").location == "/dashboard"
        assert member_of(own_shop, own_shop.alice).role is Role.OWNER

    def test_of_whoever_is_invited_back_is_that_of_the_invitation(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert bob
        member, now_us = member_of(own_shop, own_shop.alice), own_shop.clock.now_us()
        given = {"role": Role.OWNER, "now_us": now_us}
        own_shop.data.write(service.add_member, own_shop.charlie.account_id, member.person_id, **given)
        own_shop.data.write(service.remove, member.account_id, member.person_id, actor=OPERATOR, now_us=now_us)
        _, page = join_by_password(own_shop, invited(own_shop, own_shop.alice, role=Role.MANAGER).token)
        assert page.location == "/dashboard"
        assert member_of(own_shop, own_shop.alice).role is Role.MANAGER
