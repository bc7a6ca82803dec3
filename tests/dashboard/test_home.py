"""The home page: what needs attention, and the way to it."""

import re
from functools import partial

import pytest

from kit.dashboard_client import DashboardPage
from kit.people import Person
from kit.projection import project
from kit.shop import Shop
from kit.stamps import issue, make_card
from stampwell.core.actors import OPERATOR, staff_actor
from stampwell.core.phrases import phrase
from stampwell.features.domains import service as domains
from stampwell.features.domains.model import Outcome
from stampwell.features.imports import service as imports
from stampwell.features.imports.uploads import read_upload
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.people import access_links
from stampwell.features.people.model import Role
from stampwell.features.request_log import service as request_log
from stampwell.features.request_log.blocks import pack

HOME = "/dashboard"
WELL = "You're all caught up."
DAY_US = 86_400_000_000
HOUR_US = DAY_US // 24


@pytest.fixture
def owner(shop: Shop) -> Person:
    """Of a shop of her own, in which a card was issued and a mark added."""
    opened = shop.open_account(name="Tea & Co")
    issue(shop, opened.card_id, marks=1, by=opened)
    project(shop.data)
    return opened


def home(shop: Shop, of: Person, role: Role = Role.OWNER) -> DashboardPage:
    return shop.dashboard(of, role).get(HOME)


def needs(page: DashboardPage) -> dict[str, str]:
    """What needs attention, and where each leads."""
    listed = page.html.partition('<ul class="needs">')[2].partition("</ul>")[0]
    return {said: path for path, said in re.findall(r'<a href="([^"]*)">([^<]*)</a>', listed)}


class TestWhatNeedsAttention:
    @pytest.mark.parametrize("role", Role)
    def test_when_nothing_does_it_says_so(self, shop: Shop, owner: Person, role: Role) -> None:
        assert WELL in home(shop, owner, role).text

    @pytest.mark.parametrize("role", Role)
    def test_rewards_that_are_ready_to_collect(self, shop: Shop, owner: Person, role: Role) -> None:
        card = make_card(shop, by=owner)
        issue(shop, card, marks=3, by=owner)
        full = "/dashboard/stamps?state=full"
        assert needs(home(shop, owner, role)) == {"1 reward ready to collect": full}
        issue(shop, card, marks=3, by=owner)
        assert needs(home(shop, owner, role)) == {"2 rewards ready to collect": full}

    def test_full_cards_that_cannot_be_redeemed_are_not(self, shop: Shop, owner: Person) -> None:
        card = make_card(shop, by=owner)
        issue(shop, card, marks=3, by=owner, activeYn="N")
        issue(shop, card, marks=3, by=owner, endYmd="2026-03-01")
        assert WELL in home(shop, owner).text

    def test_a_domain_that_is_unverified_for_a_day(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        for name, age in (("old", 25), ("young", 23)):
            origin = f"https://{name}{owner.account_id}.example"
            shop.data.write(
                domains.add, owner.account_id, origin=origin, verified=False, actor=OPERATOR, now_us=now_us - age * HOUR_US
            )
        (said,) = needs(home(shop, owner, Role.MANAGER))
        assert said == f"old{owner.account_id}.example is not verified yet."
        assert WELL in home(shop, owner, Role.STAFF).text

    def test_a_domain_whose_proof_is_gone(self, shop: Shop, owner: Person) -> None:
        origin, now_us = f"https://gone{owner.account_id}.example", shop.clock.now_us()
        added = shop.data.write(domains.add, owner.account_id, origin=origin, verified=False, actor=OPERATOR, now_us=now_us)
        for outcome in (Outcome("dns"), Outcome(None, (phrase("There is no such record."),))):
            unit = partial(domains.note_check, outcome=outcome, actor=None, now_us=now_us)
            shop.data.write(unit, owner.account_id, added.domain_id)
        said = f"The verification record of gone{owner.account_id}.example was missing at the last check."
        assert needs(home(shop, owner)) == {said: f"/dashboard/domains/{added.domain_id}"}

    def test_many_domains_are_counted(self, shop: Shop, owner: Person) -> None:
        before_us = shop.clock.now_us() - 2 * DAY_US
        for number in range(4):
            origin = f"https://n{number}-{owner.account_id}.example"
            shop.data.write(domains.add, owner.account_id, origin=origin, verified=False, actor=OPERATOR, now_us=before_us)
        assert needs(home(shop, owner)) == {"4 domains are not verified yet.": "/dashboard/domains"}

    def test_a_key_that_expires_soon(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        for name, days in (("Soon", 13), ("Later", 15)):
            expires_at = now_us + days * DAY_US
            shop.data.write(
                keys.create,
                owner.account_id,
                name=name,
                scopes=ALL_SCOPES,
                expires_at=expires_at,
                actor=OPERATOR,
                now_us=now_us,
            )
        assert needs(home(shop, owner)) == {"The API key Soon expires on 15 Mar 2026.": "/dashboard/developer"}
        assert WELL in home(shop, owner, Role.MANAGER).text

    def test_a_key_that_was_in_use_until_it_expired(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        for name, used_days_ago in (("In use", 3), ("Long unused", 12)):
            expires_at = now_us - 2 * DAY_US
            key = shop.data.write(
                keys.create,
                owner.account_id,
                name=name,
                scopes=ALL_SCOPES,
                expires_at=expires_at,
                actor=OPERATOR,
                now_us=expires_at - 90 * DAY_US,
            )
            shop.data.run(
                "UPDATE api_key SET last_used_at = :used_at WHERE key_id = :key_id",
                used_at=now_us - used_days_ago * DAY_US,
                key_id=key.stored.key_id,
            )
        said = "The API key In use was in use until it expired on 28 Feb 2026."
        assert needs(home(shop, owner)) == {said: "/dashboard/developer"}

    def test_requests_that_were_refused_in_the_last_day(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        requests = [(25, 40002), (3, 40905), (2, 40002), (2, 40905), (1, 0)]
        entries = [
            (now_us - hours * HOUR_US, "PUT", "/api/stamp/v1/add", code // 100 or 200, code, "r", 900, owner.key_id)
            for hours, code in requests
        ]
        shop.data.write(request_log.write, blocks=[pack(owner.account_id, entries)])
        said = "3 API requests refused in the last 24 hours: no room on the card (2), wrong or missing field (1)"
        assert needs(home(shop, owner)) == {said: "/dashboard/developer/requests?refused=Y"}

    def test_stamps_that_were_refused_too_soon(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        entries = [(now_us - HOUR_US, "PUT", "/api/stamp/v1/add", 409, 40910, "r", 900, owner.key_id) for _ in range(3)]
        shop.data.write(request_log.write, blocks=[pack(owner.account_id, entries)])
        (said,) = needs(home(shop, owner))
        assert said == "3 stamps refused in the last 24 hours: too soon, or daily limit reached"

    def test_an_import_that_could_not_go_on(self, shop: Shop, owner: Person) -> None:
        person = shop.dashboard(owner, Role.MANAGER).person
        assert person is not None
        now_us, account_id = shop.clock.now_us(), owner.account_id
        job = shop.data.write(
            imports.begin,
            account_id,
            file_name="guests.csv",
            upload=read_upload(b"name,phone\nAnn,1\n"),
            actor=staff_actor(person.person_id, person.name),
            now_us=now_us,
        )
        assert WELL in home(shop, owner).text
        shop.data.run(
            "UPDATE import_job SET state = 'checking' WHERE account_id = :account_id AND job_id = :job_id",
            account_id=account_id,
            job_id=job.job_id,
        )
        shop.data.write(imports.fail, account_id, job.job_id, phrase("It cannot be read."), now_us=now_us)
        said = "The import of guests.csv failed."
        assert needs(home(shop, owner, Role.MANAGER)) == {said: f"/dashboard/imports/{job.job_id}"}

    def test_an_invitation_that_is_not_accepted_yet(self, shop: Shop, owner: Person) -> None:
        shop.data.write(
            access_links.invite,
            owner.account_id,
            email="dora@tea.example",
            role=Role.STAFF,
            actor=OPERATOR,
            now_us=shop.clock.now_us(),
        )
        assert needs(home(shop, owner)) == {"dora@tea.example has not accepted the invitation yet.": "/dashboard/people"}
        assert WELL in home(shop, owner, Role.MANAGER).text

    def test_other_shops_do_not_come_into_it(self, shop: Shop, owner: Person) -> None:
        other = shop.open_account(name="Other")
        issue(shop, make_card(shop, by=other), marks=3, by=other)
        assert WELL in home(shop, owner).text


class TestTheWay:
    def test_the_front_door_leads_to_the_dashboard(self, shop: Shop) -> None:
        assert shop.stranger().get("/").location == "/dashboard"
        assert shop.dashboard().follow(shop.dashboard().get("/")).status == 200

    @pytest.mark.parametrize("path", ["/dashboard/imports", "/dashboard/imports/new", "/dashboard/stamps"])
    def test_imports_are_a_part_of_stamps(self, shop: Shop, path: str) -> None:
        assert re.findall(r'<a href="([^"]*)" aria-current="page"', shop.dashboard().get(path).html) == ["/dashboard/stamps"]


class TestACardsPage:
    def test_it_counts_the_cards_stamps_and_leads_to_them(self, shop: Shop, owner: Person) -> None:
        page = shop.dashboard(owner).get(f"/dashboard/cards/{owner.card_id}")
        assert f'<a href="/dashboard/stamps?card={owner.card_id}"><b>1</b> in use</a>' in page.html

    def test_staff_can_issue_a_stamp_from_it(self, shop: Shop, owner: Person) -> None:
        page = shop.dashboard(owner, Role.STAFF).get(f"/dashboard/cards/{owner.card_id}")
        assert f'href="/dashboard/stamps/new?card={owner.card_id}">Issue a card</a>' in page.html

    def test_not_of_one_that_takes_no_stamps(self, shop: Shop, owner: Person) -> None:
        card = make_card(shop, by=owner, activeYn="N")
        page = shop.dashboard(owner).get(f"/dashboard/cards/{card}")
        assert "Issue a card</a>" not in page.html
        assert "No customer has this card yet." in page.text
