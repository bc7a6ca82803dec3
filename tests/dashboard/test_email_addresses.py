"""Addresses that are proved or not, what an owner's link is good for, and that nothing tells who is known elsewhere."""

import re

import pytest

from kit.command import InProcess
from kit.dashboard_client import DashboardPage
from kit.joining import BOB, OTHER, PASSWORD, PROFILE, SIGN_IN, invited, join, join_by_password, members, shown, sign_in
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links as people_links
from stampwell.features.people import service
from stampwell.features.people.access_links import NewLink
from stampwell.features.people.model import Role


class TestProof:
    def test_an_owner_who_joins_as_somebody_else_locks_nobody_out(self, own_shop: Shop) -> None:
        """The address of a stranger, in the owner's own shop, by the link that the owner was shown."""
        join(own_shop, invited(own_shop, own_shop.charlie).token, name="Eve", password=OTHER)
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        assert [member.proved for of in (own_shop.alice, own_shop.charlie) for member in members(own_shop, of)] == [True, False]
        assert shown(sign_in(own_shop)[0]) == "Bean &amp; Co"

    def test_whoever_proves_an_address_later_has_it_and_the_other_stays(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.charlie).token, name="Eve", password=OTHER)
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        eve, page = sign_in(own_shop, password=OTHER)
        assert page.location == "/dashboard"
        assert shown(eve) == "Charlie&#39;s"
        assert "Not confirmed" in eve.get(PROFILE).text
        changed = eve.done(eve.get(PROFILE), f"{PROFILE}/address", email="eve@x.example", own=OTHER)
        assert "Your address is now eve@x.example." in changed.text
        assert sign_in(own_shop, "eve@x.example", OTHER)[1].location == "/dashboard"
        assert sign_in(own_shop, password=OTHER)[1].status == 403

    def test_of_any_number_who_give_an_address_each_comes_in_at_their_own_shop(self, own_shop: Shop) -> None:
        shops = [own_shop.alice, own_shop.charlie, own_shop.open_account(name="Dora's", card_id=900_000)]
        for number, of in enumerate(shops):
            join(own_shop, invited(own_shop, of).token, password=f"{PASSWORD} {number}")
        assert [sign_in(own_shop, password=f"{PASSWORD} {number}")[1].status for number in range(3)] == [303, 303, 403]
        page = sign_in(own_shop, password=f"{PASSWORD} 2", shop=shops[2].account_id)[1]
        assert page.location == "/dashboard"
        assert sign_in(own_shop, password=f"{PASSWORD} 2", shop=shops[0].account_id)[1].status == 403

    def test_whoever_has_proved_an_address_comes_before_any_number_who_give_it(self, own_shop: Shop) -> None:
        for number, of in enumerate((own_shop.alice, own_shop.charlie)):
            join(own_shop, invited(own_shop, of).token, name="Eve", password=f"{PASSWORD} {number}")
        dora = own_shop.open_account(name="Dora's", card_id=900_000)
        join(own_shop, invited(own_shop, dora).proof_token, password=OTHER)
        assert shown(sign_in(own_shop, password=OTHER)[0]) == "Dora&#39;s"

    def test_a_proved_address_that_another_proves_is_theirs(self, own_shop: Shop) -> None:
        for of in (own_shop.alice, own_shop.charlie):
            join(own_shop, invited(own_shop, of).proof_token)
        assert [member.proved for of in (own_shop.alice, own_shop.charlie) for member in members(own_shop, of)] == [False, True]

    def test_an_invitation_is_for_its_address_alone(self, own_shop: Shop) -> None:
        eve = join(own_shop, invited(own_shop, own_shop.charlie, "eve@x.example").proof_token, name="Eve")
        link = invited(own_shop, own_shop.alice)
        path = f"/dashboard/join/{link.token}"
        page = eve.get(path)
        assert "You are signed in as eve@x.example, which is another address." in page.text
        values = [(name, value) for name, value in page.form(path).values if name == "csrf"]
        assert eve.post(f"{path}/accept", values).status == 404
        assert eve.submit(eve.get(f"{path}/sign-in"), f"{path}/sign-in", own=PASSWORD).status == 403
        assert eve.post(path, [*values, ("email", "eve@x.example"), ("name", "Eve"), ("password", PASSWORD)]).status == 303
        assert [member.email for member in members(own_shop, own_shop.alice)] == [BOB]

    def test_a_wrong_password_at_an_invitation_counts_as_one_at_signing_in(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        token = invited(own_shop, own_shop.charlie).token
        assert [join_by_password(own_shop, token, "wrong")[1].status for _ in range(6)] == [403] * 5 + [429]
        assert sign_in(own_shop)[1].status == 429


class TestNothingTellsWhoIsKnown:
    @pytest.fixture
    def pair(self, own_shop: Shop) -> tuple[NewLink, NewLink]:
        """Charlie's invitations of somebody who signs in at Alice's, and of somebody who signs in nowhere."""
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        return invited(own_shop, own_shop.charlie), invited(own_shop, own_shop.charlie, "nob@beans.example")

    @staticmethod
    def alike(page: DashboardPage, link: NewLink) -> tuple[int, str]:
        html = page.html.replace(link.token, "TOKEN").replace(link.stored.email, "EMAIL")
        return page.status, re.sub(r'(name="(?:once|csrf)" value=")\w*', r"\1", html)

    def test_the_page_of_an_invitation(self, own_shop: Shop, pair: tuple[NewLink, NewLink]) -> None:
        for rest in ("", "/sign-in"):
            known, unknown = (self.alike(own_shop.stranger().get(f"/dashboard/join/{link.token}{rest}"), link) for link in pair)
            assert known == unknown
            assert known[0] == 200

    def test_a_wrong_password_there(self, own_shop: Shop, pair: tuple[NewLink, NewLink]) -> None:
        known, unknown = (self.alike(join_by_password(own_shop, link.token, "wrong")[1], link) for link in pair)
        assert known == unknown
        assert known[0] == 403

    def test_joining_as_somebody_new(self, own_shop: Shop, pair: tuple[NewLink, NewLink]) -> None:
        homes = [join(own_shop, link.token, password=OTHER).get(PROFILE) for link in pair]
        known, unknown = (page.text.replace(link.stored.email, "EMAIL") for page, link in zip(homes, pair, strict=True))
        assert known == unknown

    def test_inviting_asking_for_a_letter_and_changing_ones_address(
        self, own_shop: Shop, pair: tuple[NewLink, NewLink]
    ) -> None:
        email = "owner@x.example"
        owner = join(own_shop, invited(own_shop, own_shop.charlie, email, Role.OWNER).token, name="Charlie", password=OTHER)
        answers = []
        for link in pair:
            email = link.stored.email
            page = owner.submit(owner.get("/dashboard/people/new"), "/dashboard/people/new", email=email, role="staff")
            changed = owner.submit(owner.get(PROFILE), f"{PROFILE}/address", email=email, own=OTHER)
            profile = owner.follow(changed).text.replace(email, "EMAIL")
            owner.done(owner.get(PROFILE), f"{PROFILE}/address", email="owner@x.example", own=OTHER)
            answers.append((page.status, changed.status, profile))
        assert answers[0] == answers[1]
        assert answers[0][:2] == (200, 303)

    def test_a_wrong_password_is_compared_as_often(
        self, own_shop: Shop, pair: tuple[NewLink, NewLink], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (page,) = [page for page in own_shop.app.pages if (page.method, page.path) == ("POST", SIGN_IN)]
        passwords = page.handler.__self__._deps.passwords  # type: ignore[attr-defined]
        compared: list[str] = []
        matches = passwords.matches

        async def counting(password: str, stored: str, *, by: str = "") -> bool:
            compared.append(password)
            return bool(await matches(password, stored, by=by))

        monkeypatch.setattr(passwords, "matches", counting)
        counts = []
        for email in (pair[0].stored.email, pair[1].stored.email, "no address"):
            compared.clear()
            assert sign_in(own_shop, email, "wrong")[1].status == 403
            counts.append(len(compared))
        assert counts == [2, 2, 2]


class TestOwnersPasswordLink:
    def owners_link(self, shop: Shop, of: Person) -> NewLink:
        (member,) = [one for one in members(shop, of) if one.name == "Bob"]
        return shop.data.write(
            people_links.password_link, member.account_id, member.person_id, actor=OPERATOR, now_us=shop.clock.now_us()
        )

    def test_opens_no_other_shop(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        join_by_password(own_shop, invited(own_shop, own_shop.charlie).proof_token)
        dashboard, path = own_shop.stranger(), f"/dashboard/password/{self.owners_link(own_shop, own_shop.charlie).token}"
        page = dashboard.get(path)
        assert "the password is for this shop only" in page.text
        assert dashboard.submit(page, path, password=OTHER).location == "/dashboard"
        assert shown(dashboard) == "Charlie&#39;s"
        assert "Bean" not in dashboard.get("/dashboard").text
        assert shown(sign_in(own_shop)[0]) == "Bean &amp; Co"
        assert shown(sign_in(own_shop, password=OTHER)[0]) == "Charlie&#39;s"
        assert [member.proved for of in (own_shop.alice, own_shop.charlie) for member in members(own_shop, of)] == [True, False]

    def test_the_history_keeps_the_name_and_the_role_stays(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice, role=Role.OWNER).proof_token)
        (before,) = members(own_shop, own_shop.alice)
        dashboard, path = own_shop.stranger(), f"/dashboard/password/{self.owners_link(own_shop, own_shop.alice).token}"
        dashboard.submit(dashboard.get(path), path, password=OTHER)
        (after,) = members(own_shop, own_shop.alice)
        assert (after.name, after.role, after.joined_at) == (before.name, before.role, before.joined_at)
        everybody = own_shop.data.read(service.list_people, before.account_id, removed=True)
        assert [one.name for one in everybody] == ["Bob", "Bob"]

    def test_what_the_letter_holds_is_good_everywhere(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice).token)
        join_by_password(own_shop, invited(own_shop, own_shop.charlie).token)
        dashboard, path = own_shop.stranger(), f"/dashboard/password/{self.owners_link(own_shop, own_shop.charlie).proof_token}"
        dashboard.submit(dashboard.get(path), path, password=OTHER)
        assert {member.proved for of in (own_shop.alice, own_shop.charlie) for member in members(own_shop, of)} == {True}
        assert shown(sign_in(own_shop, password=OTHER, shop=own_shop.alice.account_id)[0]) == "Bean &amp; Co"


class TestOperator:
    def test_proves_an_address_by_a_link_that_its_person_opens(self, own_shop: Shop) -> None:
        dashboard = join(own_shop, invited(own_shop, own_shop.alice).token)
        command = InProcess(own_shop.data.url)
        made = command("person", "address-link", BOB, "--new", "bob@home.example", "--json").json
        path = made["link"].removeprefix("http://127.0.0.1:8000")
        assert path.startswith("/dashboard/profile/address/")
        eve = join(own_shop, invited(own_shop, own_shop.charlie, "eve@x.example").token, name="Eve")
        assert eve.get(path).status == 404
        assert own_shop.stranger().get(path).location.startswith(SIGN_IN)
        assert "From now on you sign in with bob@home.example." in dashboard.done(dashboard.get(path), path).text
        (member,) = members(own_shop, own_shop.alice)
        assert (member.email, member.proved) == ("bob@home.example", True)
        assert dashboard.get(path).status == 404

    def test_of_several_who_give_an_address_one_has_to_be_named(self, own_shop: Shop) -> None:
        for of in (own_shop.alice, own_shop.charlie):
            join(own_shop, invited(own_shop, of).token)
        command, account = InProcess(own_shop.data.url), own_shop.charlie.account_id
        for words in (("password-link",), ("sign-in-link",), ("address-link",), ("remove", "--yes")):
            refused = command("person", words[0], BOB, *words[1:])
            assert (refused.status, "Say which: --account ACCOUNTIDX" in refused.err) == (1, True)
        made = command("person", "password-link", BOB, "--account", str(account), "--json").json
        assert made["accountIdx"] == account

    def test_removes_from_one_of_several_shops(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice).proof_token)
        join_by_password(own_shop, invited(own_shop, own_shop.charlie).proof_token)
        command = InProcess(own_shop.data.url)
        assert command("person", "remove", BOB, "--yes").status == 1
        done = command("person", "remove", BOB, "--yes", "--account", str(own_shop.charlie.account_id), "--json")
        assert (done.status, done.json["accountIdx"]) == (0, own_shop.charlie.account_id)
        assert [len(members(own_shop, of)) for of in (own_shop.alice, own_shop.charlie)] == [1, 0]

    def test_a_new_address_that_is_none_is_refused(self, own_shop: Shop) -> None:
        join(own_shop, invited(own_shop, own_shop.alice).token)
        refused = InProcess(own_shop.data.url)("person", "address-link", BOB, "--new", "bob")
        assert (refused.status, "--new: must have the form of an e-mail address" in refused.err) == (1, True)
