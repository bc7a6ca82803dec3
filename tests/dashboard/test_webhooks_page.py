"""`/dashboard/webhooks`: the list with its health, adding and changing one, its secret, and what Home says of it."""

import json
import re

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.hooks import add_webhook
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.cards.service import delete_card
from stampwell.features.people.model import Role
from stampwell.features.webhooks import service
from stampwell.features.webhooks.model import MOST_WEBHOOKS, Webhook

LIST, NEW = "/dashboard/webhooks", "/dashboard/webhooks/new"
URL = "https://shop.example/stampwell"
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _webhooks(shop: Shop, owner: Person) -> list[Webhook]:
    return shop.data.read(service.list_webhooks, owner.account_id)


def _audited(shop: Shop, owner: Person) -> list[tuple[str, object]]:
    sql = "SELECT action, changes FROM audit WHERE account_id = :id AND action LIKE 'webhook.%' ORDER BY audit_id"
    return [(row["action"], json.loads(row["changes"] or "null")) for row in shop.data.rows(sql, id=owner.account_id)]


def _add(dashboard: DashboardClient, **fields: str | list[str]) -> DashboardPage:
    return dashboard.submit(dashboard.get(NEW), NEW, **{"url": URL, **fields})


def _listed(dashboard: DashboardClient) -> str:
    """The list, dashes as hyphens."""
    return dashboard.get(LIST).text.replace("\u2013", "-")


def _secrets(page: DashboardPage) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", page.html)


class TestTheList:
    def test_an_empty_one_says_what_a_webhook_is(self, dashboard: DashboardClient) -> None:
        page = dashboard.get(LIST)
        assert "No webhook yet A webhook tells your own system right away when a card is issued" in page.text
        assert f'href="{NEW}"' in page.html
        assert 'href="/api/docs#createWebhook"' in page.html

    def test_says_how_each_is_doing(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        ago = shop.clock.now_us() - 2 * HOUR_US
        for name, fields in {
            "Fresh": {},
            "Well": {"last_success_at": ago},
            "Ill": {"failing_since": ago},
            "Resting": {"active": False},
            "Gone": {"active": False, "failing_since": ago},
        }.items():
            add_webhook(shop, URL, by=owner, description=name, **fields)
        text = _listed(dashboard)
        assert f"Fresh {URL} Nothing sent yet - 0" in text
        assert f"Well {URL} Working today 16:00 0" in text
        assert f"Ill {URL} Failing since today 16:00 - 0" in text
        assert f"Resting {URL} Off - 0" in text
        assert f"Gone {URL} Switched off after failing since today 16:00 - 0" in text

    def test_says_how_many_events_wait(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner, description="Slow", active=False)
        insert = (
            "INSERT INTO webhook_delivery (webhook_id, event_id, account_id, stamp_id, due_at, is_test, tries)"
            " VALUES (:webhook_id, :event_id, :account_id, 0, 0, FALSE, 0)"
        )
        for number in range(3):
            event_id = 10**15 + webhook.webhook_id * 10 + number
            shop.data.run(insert, webhook_id=webhook.webhook_id, account_id=owner.account_id, event_id=event_id)
        assert f"Slow {URL} Off - 3" in _listed(dashboard)
        path = f"{LIST}/{webhook.webhook_id}"
        assert "Waiting events that will not be sent: 3" in dashboard.get(f"{path}/delete").text
        assert "Deleted: Slow." in dashboard.done(dashboard.get(f"{path}/delete"), f"{path}/delete").text
        assert shop.data.rows("SELECT 1 FROM webhook_delivery WHERE webhook_id = :id", id=webhook.webhook_id) == []
        assert _audited(shop, owner) == [("webhook.deleted", None)]

    def test_leaves_out_other_shops(self, shop: Shop, dashboard: DashboardClient) -> None:
        add_webhook(shop, URL, by=shop.open_account(), description="Elsewhere")
        assert "Elsewhere" not in dashboard.get(LIST).text

    @pytest.mark.one_database
    def test_is_for_those_who_manage_keys(self, shop: Shop, owner: Person) -> None:
        statuses = {role: shop.dashboard(owner, role=role).get(LIST).status for role in Role}
        assert statuses == {Role.OWNER: 200, Role.MANAGER: 403, Role.STAFF: 403}
        assert f'href="{LIST}"' in shop.dashboard(owner).get("/dashboard/developer").html


class TestAdding:
    def test_shows_the_secret_once(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = _add(dashboard, description="The web shop")
        (webhook,) = _webhooks(shop, owner)
        assert (page.status, _secrets(page)) == (200, [webhook.secret])
        assert "Copy it now; we can't show it again." in page.text
        assert (webhook.url, webhook.description, webhook.event_types, webhook.card_id) == (URL, "The web shop", (), 0)
        assert (webhook.thin, webhook.personal, webhook.active) == (False, False, True)
        for path in (LIST, f"{LIST}/{webhook.webhook_id}", f"{LIST}/{webhook.webhook_id}/edit"):
            assert _secrets(dashboard.get(path)) == []
        assert _audited(shop, owner) == [("webhook.created", {"webhookUrl": [None, URL]})]

    def test_sent_twice_it_is_added_once(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        form = dashboard.get(NEW)
        pages = [dashboard.submit(form, NEW, url=URL) for _ in range(2)]
        assert [_secrets(page) for page in pages] == [[webhook.secret] for webhook in _webhooks(shop, owner) * 2]

    def test_takes_what_was_chosen(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        chosen = ["stamp.full", "stamp.redeemed"]
        _add(dashboard, which="some", events=chosen, cardIdx=str(owner.card_id), contents="personal")
        _add(dashboard, which="all", events=chosen, contents="thin")
        first, second = _webhooks(shop, owner)
        assert (first.event_types, first.card_id, first.thin, first.personal) == (tuple(chosen), owner.card_id, False, True)
        assert (second.event_types, second.card_id, second.thin, second.personal) == ((), 0, True, False)

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"url": ""}, "Enter the address that events are sent to."),
            ({"url": "http://shop.example/"}, "The address must begin with https://."),
            ({"url": "https://192.168.1.7/hook"}, "is a private address"),
            ({"url": "https://user@shop.example/"}, "has a user name or password in it"),
            ({"which": "some"}, "Choose at least one event, or send all of them."),
            ({"which": "some", "events": ["no.such"]}, "Choose at least one event, or send all of them."),
            ({"description": "d" * 201}, "Use at most 200 characters."),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, fields: dict[str, str], said: str
    ) -> None:
        page = _add(dashboard, **fields)
        assert (page.status, said in page.text) == (400, True)
        assert re.search(r'class="error"[^>]*>[^<]*' + re.escape(said), page.html)
        assert _webhooks(shop, owner) == []
        assert dict(page.form(NEW).values)["url"] == fields.get("url", URL)

    def test_all_that_is_wrong_is_said_at_once(self, dashboard: DashboardClient) -> None:
        page = _add(dashboard, url="ftp://shop.example", which="some", description="d" * 201)
        assert page.html.count('class="error"') == 3

    def test_one_too_many(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        form = dashboard.get(NEW)
        for _ in range(MOST_WEBHOOKS):
            add_webhook(shop, URL, by=owner)
        page = dashboard.submit(form, NEW, url=URL)
        assert (page.status, "A shop can have 20 webhooks." in page.text) == (400, True)
        full = dashboard.get(LIST)
        assert f'href="{NEW}"' not in full.html
        assert "A shop can have 20 webhooks." in full.text

    def test_a_card_that_is_gone(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        form = dashboard.get(NEW)
        shop.data.write(delete_card, owner.account_id, owner.card_id, actor=OPERATOR, now_us=shop.clock.now_us())
        page = dashboard.submit(form, NEW, url=URL, cardIdx=str(owner.card_id))
        assert (page.status, "There is no such card design. It may have been deleted." in page.text) == (404, True)

    @pytest.mark.one_database
    def test_a_description_cannot_be_markup(self, dashboard: DashboardClient) -> None:
        _add(dashboard, description="<b>Shop</b>{name}")
        page = dashboard.get(LIST)
        assert "<b>Shop" not in page.html
        assert "<b>Shop</b>{name}" in page.text


class TestSettings:
    def test_are_changed(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner, event_types=("stamp.full",), personal=True, description="Till")
        path = f"{LIST}/{webhook.webhook_id}"
        form = dashboard.get(f"{path}/edit")
        values = form.form(f"{path}/edit").values
        assert {("url", URL), ("which", "some"), ("events", "stamp.full"), ("contents", "personal")} <= set(values)
        page = dashboard.done(
            form, f"{path}/edit", description="", which="some", events=["stamp.added", "card.updated"], contents="thin"
        )
        assert "Saved: shop.example." in page.text
        assert "Stamps were added to a card A card design was changed" in page.text
        (after,) = _webhooks(shop, owner)
        assert after == webhook._replace(description="", event_types=("stamp.added", "card.updated"), thin=True)
        assert _audited(shop, owner) == [
            (
                "webhook.updated",
                {
                    "events": [["stamp.full"], ["stamp.added", "card.updated"]],
                    "payload": ["full", "thin"],
                    "description": ["Till", ""],
                },
            )
        ]

    def test_that_are_wrong_change_nothing(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner)
        path = f"{LIST}/{webhook.webhook_id}/edit"
        page = dashboard.submit(dashboard.get(path), path, url="https://localhost:0/")
        assert (page.status, "The number after the colon must be between 1 and 65535." in page.text) == (400, True)
        assert _webhooks(shop, owner) == [webhook]

    def test_a_test_that_was_chosen_by_the_api_stays(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner, event_types=("webhook.test",))
        path = f"{LIST}/{webhook.webhook_id}/edit"
        dashboard.done(dashboard.get(path), path, description="Tests only")
        assert _webhooks(shop, owner)[0].event_types == ("webhook.test",)
        assert "webhook.test" not in dashboard.get(NEW).html

    def test_it_is_switched_off_and_on(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner, failing_since=1)
        path = f"{LIST}/{webhook.webhook_id}"
        page = dashboard.done(dashboard.get(path), f"{path}/switch")
        assert "Switched off: shop.example. Paused until you turn it on." in page.text
        assert f"shop.example {URL} Off" in dashboard.get(LIST).text
        page = dashboard.done(page, f"{path}/switch")
        assert "Switched on: shop.example. Events are sent from now on." in page.text
        (after,) = _webhooks(shop, owner)
        assert (after.active, after.failing_since) == (True, None)

    def test_the_secret_is_rotated(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        webhook = add_webhook(shop, URL, by=owner)
        path = f"{LIST}/{webhook.webhook_id}/rotate"
        assert "less than 24 hours ago" not in dashboard.get(path).text
        page = dashboard.submit(dashboard.get(path), path)
        (after,) = _webhooks(shop, owner)
        assert _secrets(page) == [after.secret] != [webhook.secret]
        assert "For 24 hours events are also signed with the old secret." in page.text
        assert after.old_secret == webhook.secret
        assert "The secret was replaced less than 24 hours ago." in dashboard.get(path).text
        assert _audited(shop, owner) == [("webhook.rotated", {"secret": None})]

    def test_of_another_shop_is_not_found(self, shop: Shop, dashboard: DashboardClient) -> None:
        hers = add_webhook(shop, URL, by=shop.open_account())
        for page in ("", "/edit", "/rotate", "/resend", "/delete"):
            found = dashboard.get(f"{LIST}/{hers.webhook_id}{page}")
            assert (found.status, "There is no such webhook." in found.text) == (404, True)

    def test_deleting_twice_is_no_error(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        path = f"{LIST}/{add_webhook(shop, URL, by=owner).webhook_id}/delete"
        form = dashboard.get(path)
        pages = [dashboard.submit(form, path) for _ in range(2)]
        assert [(page.status, page.location) for page in pages] == [(303, LIST)] * 2
        assert [action for action, _ in _audited(shop, owner)] == ["webhook.deleted"]

    def test_is_led_to_from_the_audit_log(self, dashboard: DashboardClient) -> None:
        _add(dashboard)
        page = dashboard.get("/dashboard/account/audit?kind=webhook")
        assert "Added the webhook shop.example" in page.text
        assert f'href="{LIST}/' in page.html.split("<main", 1)[1]


class TestHome:
    def _needs(self, shop: Shop, owner: Person, role: Role = Role.OWNER) -> dict[str, str]:
        listed = shop.dashboard(owner, role).get("/dashboard").html.partition('<ul class="needs">')[2].partition("</ul>")[0]
        return {said: path for path, said in re.findall(r'<a href="([^"]*)">([^<]*)</a>', listed)}

    def test_a_webhook_that_fails_for_an_hour_or_was_switched_off_by_that(self, shop: Shop, owner: Person) -> None:
        now_us = shop.clock.now_us()
        ill = add_webhook(shop, URL, by=owner, description="Ill", failing_since=now_us - HOUR_US)
        gone = add_webhook(shop, URL, by=owner, description="Gone", failing_since=now_us - 4 * DAY_US, active=False)
        add_webhook(shop, URL, by=owner, description="A moment", failing_since=now_us - HOUR_US + 1)
        add_webhook(shop, URL, by=owner, description="Resting", active=False)
        assert self._needs(shop, owner) == {
            "The webhook Ill is failing.": f"{LIST}/{ill.webhook_id}",
            "The webhook Gone was switched off after failing.": f"{LIST}/{gone.webhook_id}",
        }
        assert self._needs(shop, owner, Role.MANAGER) == {}

    def test_many_are_counted(self, shop: Shop, owner: Person) -> None:
        for _ in range(4):
            add_webhook(shop, URL, by=owner, failing_since=1)
        assert self._needs(shop, owner) == {"4 webhooks are failing.": LIST}
