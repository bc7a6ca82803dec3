"""One person in several shops: joining, switching, leaving."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.joining import PROFILE, SIGN_IN, invited, join, join_by_password, members, shown, sign_in
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import service
from stampwell.features.people.model import Role


class TestSeveralShops:
    @pytest.fixture
    def bob(self, own_shop: Shop) -> DashboardClient:
        """Staff of Alice's, owner at Charlie's; signed in, at Charlie's."""
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        dashboard, page = join_by_password(own_shop, invited(own_shop, own_shop.charlie, role=Role.OWNER).proof_token)
        assert page.location == "/dashboard"
        return dashboard

    def test_an_invitation_is_accepted_with_ones_own_password(self, own_shop: Shop, bob: DashboardClient) -> None:
        (here,), (there,) = members(own_shop, own_shop.alice), members(own_shop, own_shop.charlie)
        assert here.person_id == there.person_id
        assert (here.role, there.role) == (Role.STAFF, Role.OWNER)
        assert shown(bob) == "Charlie&#39;s"

    def test_or_where_one_is_signed_in(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        path = f"/dashboard/join/{invited(own_shop, own_shop.charlie).token}"
        page = dashboard.get(path)
        assert "Join as Bob" in page.text
        assert dashboard.submit(page, f"{path}/accept").location == "/dashboard"
        assert len({member.person_id for of in (own_shop.alice, own_shop.charlie) for member in members(own_shop, of)}) == 1

    def test_the_menu_switches_shop_and_role(self, own_shop: Shop, bob: DashboardClient) -> None:
        page = bob.get("/dashboard")
        assert bob.get("/dashboard/people").status == 200
        assert bob.submit(page, f"/dashboard/shops/{own_shop.alice.account_id}").location == "/dashboard"
        assert shown(bob) == "Bean &amp; Co"
        assert bob.get("/dashboard/people").status == 403

    def test_a_form_of_the_other_shop_does_nothing_in_this_one(self, own_shop: Shop, bob: DashboardClient) -> None:
        """Of a page that is open to every role: it is refused for its shop, not for what Bob may."""
        path = f"{PROFILE}/name"
        stale = bob.get(PROFILE)
        bob.submit(bob.get("/dashboard"), f"/dashboard/shops/{own_shop.alice.account_id}")
        refused = bob.submit(stale, path, name="Rob")
        assert (refused.status, "This page is out of date." in refused.text) == (403, True)
        bob.submit(bob.get("/dashboard"), f"/dashboard/shops/{own_shop.charlie.account_id}")
        assert bob.submit(stale, path, name="Rob").status == 303

    def test_a_shop_of_others_is_no_shop(self, own_shop: Shop, bob: DashboardClient) -> None:
        values = bob.get("/dashboard").form(f"/dashboard/shops/{own_shop.alice.account_id}").values
        other = own_shop.open_account(name="Dora's", card_id=900_000)
        theirs, nobodys = (bob.post(f"/dashboard/shops/{number}", values) for number in (other.account_id, 987654321))
        assert (theirs.status, theirs.text) == (404, nobodys.text)
        assert shown(bob) == "Charlie&#39;s"

    def test_signing_in_leads_to_the_shop_of_last_time(self, own_shop: Shop, bob: DashboardClient) -> None:
        own_shop.clock.advance(seconds=1)
        bob.submit(bob.get("/dashboard"), f"/dashboard/shops/{own_shop.alice.account_id}")
        own_shop.clock.advance(seconds=1)
        assert shown(sign_in(own_shop)[0]) == "Bean &amp; Co"
        assert shown(sign_in(own_shop, shop=own_shop.charlie.account_id)[0]) == "Charlie&#39;s"

    def test_what_is_done_is_in_the_log_of_its_shop(self, own_shop: Shop, bob: DashboardClient) -> None:
        bob.submit(bob.get("/dashboard"), f"/dashboard/shops/{own_shop.alice.account_id}")
        rows = own_shop.data.rows("SELECT account_id, action FROM audit ORDER BY audit_id")
        alices, charlies = own_shop.alice.account_id, own_shop.charlie.account_id
        assert [(row["account_id"], row["action"]) for row in rows] == [
            (alices, "person.invited"),
            (alices, "person.joined"),
            (charlies, "person.invited"),
            (charlies, "person.joined"),
            (alices, "person.signed-in"),
        ]

    def test_whoever_is_removed_from_one_stays_in_the_other(self, own_shop: Shop, bob: DashboardClient) -> None:
        bob.submit(bob.get("/dashboard"), f"/dashboard/shops/{own_shop.alice.account_id}")
        (member,) = members(own_shop, own_shop.alice)
        own_shop.data.write(service.remove, member.account_id, member.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        assert shown(bob) == "Charlie&#39;s"
        assert members(own_shop, own_shop.alice) == []
        assert shown(sign_in(own_shop)[0]) == "Charlie&#39;s"
        assert sign_in(own_shop, shop=own_shop.alice.account_id)[1].status == 403

    def test_whoever_was_removed_does_not_get_back_by_the_menu(self, own_shop: Shop, bob: DashboardClient) -> None:
        path = f"/dashboard/shops/{own_shop.alice.account_id}"
        page = bob.get("/dashboard")
        (member,) = members(own_shop, own_shop.alice)
        own_shop.data.write(service.remove, member.account_id, member.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        refused = bob.submit(page, path)
        assert (refused.status, "You do not work in that shop." in refused.text) == (404, True)
        assert shown(bob) == "Charlie&#39;s"

    def test_a_session_shows_no_shop_that_its_person_has_left(self, own_shop: Shop, bob: DashboardClient) -> None:
        """Of one that was opened at the moment of the removal, so that the removal did not know of it."""
        own_shop.data.run("UPDATE membership SET removed_at = 1 WHERE account_id = :it", it=own_shop.charlie.account_id)
        assert bob.get("/dashboard").location == SIGN_IN

    def test_whoever_comes_back_is_the_same_person(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert bob.get("/dashboard").status == 200
        (before,) = members(own_shop, own_shop.alice)
        own_shop.data.write(service.remove, before.account_id, before.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us())
        join_by_password(own_shop, invited(own_shop, own_shop.alice, role=Role.MANAGER).proof_token)
        (after,) = members(own_shop, own_shop.alice)
        assert (after.person_id, after.role) == (before.person_id, Role.MANAGER)

    def test_of_whoever_works_nowhere_any_more_only_the_name_stays(self, own_shop: Shop, bob: DashboardClient) -> None:
        own_shop.dashboard(own_shop.charlie)
        for of in (own_shop.alice, own_shop.charlie):
            (member,) = [one for one in members(own_shop, of) if one.name == "Bob"]
            own_shop.data.write(
                service.remove, member.account_id, member.person_id, actor=OPERATOR, now_us=own_shop.clock.now_us()
            )
        assert bob.get("/dashboard").location == SIGN_IN
        assert sign_in(own_shop)[1].status == 403
        (row,) = own_shop.data.rows("SELECT * FROM person WHERE name = 'Bob'")
        assert (row["email"], row["email_key"], row["password_hash"], row["proved_at"]) == ("", "", "", None)

    def test_the_last_owner_of_each_shop_stays(self, own_shop: Shop, bob: DashboardClient) -> None:
        (member,) = members(own_shop, own_shop.charlie)
        path = f"/dashboard/people/{member.person_id}/remove"
        page = bob.submit(bob.get(path), path)
        assert (page.status, "Bob is the only owner." in page.text) == (409, True)

    def test_signing_out_everywhere_is_of_every_shop(self, own_shop: Shop, bob: DashboardClient) -> None:
        other, _ = sign_in(own_shop, shop=own_shop.alice.account_id)
        bob.done(bob.get(PROFILE), f"{PROFILE}/sessions/sign-out-others")
        assert other.get("/dashboard").location == SIGN_IN

    def test_an_owner_sees_nothing_of_other_shops(self, own_shop: Shop, bob: DashboardClient) -> None:
        assert shown(bob) == "Charlie&#39;s"
        owner = own_shop.dashboard(name="Alice")
        (member,) = [one for one in members(own_shop, own_shop.alice) if one.name == "Bob"]
        for path in (
            "/dashboard/people",
            f"/dashboard/people/{member.person_id}",
            f"/dashboard/people/{member.person_id}/remove",
        ):
            assert "Charlie" not in owner.get(path).text
        # Seen at Charlie's just now, and nowhere else.
        own_shop.data.run("DELETE FROM session WHERE account_id = :it", it=own_shop.alice.account_id)
        assert shown(bob) == "Charlie&#39;s"
        (member,) = [one for one in members(own_shop, own_shop.alice) if one.name == "Bob"]
        owner = own_shop.dashboard(name="Alice")
        assert "Not signed in" in owner.get(f"/dashboard/people/{member.person_id}").text

    def test_a_suspended_shop_is_left_by_the_menu(self, own_shop: Shop, bob: DashboardClient) -> None:
        page = bob.get("/dashboard")
        own_shop.data.run("UPDATE account SET suspended_at = 1 WHERE account_id = :it", it=own_shop.charlie.account_id)
        assert bob.get("/dashboard").status == 403
        assert bob.submit(page, f"/dashboard/shops/{own_shop.alice.account_id}").location == "/dashboard"
        assert bob.get("/dashboard").status == 200
