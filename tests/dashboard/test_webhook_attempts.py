"""`/dashboard/webhooks/{id}`: its last attempts, a test, and events that are sent again."""

import re
from html import unescape

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.hooks import Hooks, Reply, add_webhook, log_attempt
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import do, issue
from stampwell.features.events.model import EventType
from stampwell.features.events.service import tell_at_once
from stampwell.features.webhooks.model import Webhook

LIST = "/dashboard/webhooks"
_WATCHED = f'hx-get="{LIST}'
SECOND_US, DAY_S = 1_000_000, 86_400


@pytest.fixture
def dashboard(hook_shop: Shop) -> DashboardClient:
    return hook_shop.dashboard()


def _event(hook_shop: Shop, kind: EventType = EventType.CARD_UPDATED) -> int:
    data = {"cardIdx": 123} if kind is EventType.CARD_UPDATED else {"webhookIdx": 1}
    told = hook_shop.data.write(tell_at_once, hook_shop.alice.account_id, kind, data, now_us=hook_shop.clock.now_us())
    return told.event_id


def _quiet(hook_shop: Shop, **fields: object) -> Webhook:
    """A webhook that nothing is sent to by itself."""
    return add_webhook(hook_shop, "http://127.0.0.1:1/", description="Till", event_types=("webhook.failing",), **fields)


def _rows(page: DashboardPage) -> list[str]:
    """What a reader sees of each row, dashes as hyphens."""
    table = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()).replace("\u2013", "-") for row in table.split("<tr>")[1:]]


def _audited(hook_shop: Shop, webhook: Webhook) -> list[str]:
    sql = "SELECT action, changes FROM audit WHERE subject_id = :id AND action LIKE 'webhook.%' ORDER BY audit_id"
    return [f"{row['action']} {row['changes'] or ''}".strip() for row in hook_shop.data.rows(sql, id=webhook.webhook_id)]


class TestAttempts:
    def test_none_yet(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        page = dashboard.get(f"{LIST}/{_quiet(hook_shop).webhook_id}")
        assert "Nothing sent yet. Send a test" in page.text

    def test_say_what_was_sent_and_how_it_ended(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        webhook, event = _quiet(hook_shop), _event(hook_shop)
        now_us, one = hook_shop.clock.now_us(), f"{LIST}/{webhook.webhook_id}"
        hook_shop.data.write(
            log_attempt, webhook, event, now_us=now_us, next_at=now_us + 7200 * SECOND_US, answer="<b>Busy</b>"
        )
        hook_shop.data.write(log_attempt, webhook, event, now_us=now_us, status=None, answer="Nobody listens there.")
        hook_shop.data.write(log_attempt, webhook, event, now_us=now_us, status=204, answer="thanks")
        hook_shop.data.write(log_attempt, webhook, 10**15, now_us=now_us, status=200)
        page = dashboard.get(one)
        changed = "A card design was changed #123"
        again = f"Send again {changed}"
        assert "<b>Busy" not in page.html
        assert _rows(page) == [
            "An event that is no longer kept today 18:00 200 42 ms -",
            f"{changed} today 18:00 204 42 ms - {again}",
            f"{changed} today 18:00 No answer Nobody listens there. 42 ms none, this was the last try {again}",
            f"{changed} today 18:00 503 <b>Busy</b> 42 ms today 20:00 {again}",
        ]
        assert 'href="/dashboard/cards/123"' in page.html
        failed = dashboard.submit(page, one, failed="Y")
        assert [re.findall("No answer|503", row) for row in _rows(failed)] == [["No answer"], ["503"]]

    def test_lead_to_the_card_of_the_customer(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url)
        stamp = issue(hook_shop, 123)
        hooks.until(1)
        do(hook_shop, "delete", stamp)
        hooks.until(2)
        one = f"{LIST}/{webhook.webhook_id}"
        wait_for(lambda: len(_rows(dashboard.get(one))) == 2)
        page = dashboard.get(one)
        deleted, issued = _rows(page)
        assert re.match("A card was deleted Card of Bean & Co …[0-9A-Z]{4} today", deleted)
        assert issued.startswith("A card was issued")
        assert page.html.count(f'href="/dashboard/stamps/{stamp}"') == 1

    def test_older_ones_are_on_further_pages(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        webhook, event = _quiet(hook_shop), _event(hook_shop)
        for number in range(120):
            hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us(), answer=f"number {number:03}.")
        seen, path = [], f"{LIST}/{webhook.webhook_id}?failed=Y"
        while path:
            page = dashboard.get(path)
            seen += re.findall(r"number (\d{3})\.", page.text)
            older = re.search(r'rel="next" href="([^"]+)"', page.html)
            path = older[1].replace("&amp;", "&") if older else ""
        assert [int(number) for number in seen] == list(range(119, -1, -1))

    @pytest.mark.one_database
    def test_nonsense_is_no_fault(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        one = f"{LIST}/{_quiet(hook_shop).webhook_id}"
        for query in ({"before": "x"}, {"before": "9" * 30}, {"tested": "-1"}, {"tested": "9" * 18}, {"failed": "maybe"}):
            assert dashboard.get(one, **query).status == 200

    @pytest.mark.one_database
    def test_another_shops_event_is_not_watched(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        told = hook_shop.data.write(
            tell_at_once, hook_shop.charlie.account_id, EventType.CARD_UPDATED, {"cardIdx": 1}, now_us=hook_shop.clock.now_us()
        )
        one = f"{LIST}/{_quiet(hook_shop).webhook_id}"
        assert _WATCHED not in dashboard.get(one, tested=told.event_id).html


class TestATest:
    def test_is_sent_also_while_it_is_off_and_watched(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url, active=False)
        one = f"{LIST}/{webhook.webhook_id}"
        sent = dashboard.submit(dashboard.get(one), f"{one}/test")
        assert "Test sent." in dashboard.follow(sent).text
        (received,) = hooks.until(1)
        assert (received.type, sent.location) == ("webhook.test", f"{one}?tested={received.data['eventIdx']}")
        wait_for(lambda: _WATCHED not in dashboard.get(sent.location).html)
        (row,) = _rows(dashboard.get(one))
        assert re.fullmatch(r"Test today 18:00 200 [0-9,]+ ms -", row)
        assert _audited(hook_shop, webhook) == ["webhook.tested"]

    def test_is_watched_for_a_minute(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        one, event = f"{LIST}/{_quiet(hook_shop).webhook_id}", _event(hook_shop)
        assert f'hx-get="{one}?tested={event}"' in dashboard.get(one, tested=event).html
        hook_shop.clock.advance(seconds=60)
        assert _WATCHED not in dashboard.get(one, tested=event).html


class TestSendingAgain:
    def test_one_event_from_its_row(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url, event_types=("stamp.full",))
        event = _event(hook_shop)
        hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us())
        one = f"{LIST}/{webhook.webhook_id}"
        page = dashboard.done(dashboard.get(one), f"{one}/events/{event}/resend")
        assert "Resending the event." in page.text
        assert [received.data["eventIdx"] for received in hooks.until(1)] == [event]
        assert _audited(hook_shop, webhook) == ['webhook.resent {"count": [null, 1]}']

    def test_those_that_failed(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url, event_types=("card.updated",))
        events = [_event(hook_shop) for _ in range(3)]
        for event, status in zip(events, (503, 200, None), strict=True):
            hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us(), status=status)
        path = f"{LIST}/{webhook.webhook_id}/resend"
        page = dashboard.done(dashboard.get(path), path)
        assert "Events being resent: 2." in page.text
        assert {received.data["eventIdx"] for received in hooks.until(2)} == {events[0], events[2]}
        assert _audited(hook_shop, webhook) == ['webhook.resent {"count": [null, 2]}']

    def test_everything_since_a_day_and_a_time(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url, event_types=("card.updated",))
        path = f"{LIST}/{webhook.webhook_id}/resend"
        _event(hook_shop)
        hook_shop.clock.advance(seconds=DAY_S)
        missed = [_event(hook_shop) for _ in range(2)]
        # Of the shop's day, which in Seoul began nine hours before that of UTC.
        page = dashboard.done(dashboard.get(path), path, which="all", since="2026-03-03T18:00")
        assert "Events being resent: 2." in page.text
        assert {received.data["eventIdx"] for received in hooks.until(2)} == set(missed)

    def test_sent_twice_it_is_done_once(self, hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient) -> None:
        webhook = add_webhook(hook_shop, hooks.url, event_types=("card.updated",))
        event, path = _event(hook_shop), f"{LIST}/{webhook.webhook_id}/resend"
        hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us())
        form = dashboard.get(path)
        said = []
        for _ in range(2):
            page = dashboard.done(form, path, which="all", since="2026-03-01 00:00")
            said += re.findall(r"Events being resent: (\d+)\.", page.text)
            hooks.until(int(said[0]))
        assert said == said[:1] * 2
        assert _audited(hook_shop, webhook) == [f'webhook.resent {{"count": [null, {said[0]}]}}']
        assert len(hooks.received) == int(said[0])

    @pytest.mark.parametrize(
        ("since", "said"),
        [
            ("", "Choose a day and a time."),
            ("yesterday", "Enter a day and a time, such as 2026-11-29 14:05."),
            ("2026-02-30T10:00", "Enter a day and a time"),
            ("2026-03-02T18:01", "Choose a time in the past."),
        ],
    )
    def test_a_wrong_time_is_refused_beside_its_field(
        self, hook_shop: Shop, dashboard: DashboardClient, since: str, said: str
    ) -> None:
        path = f"{LIST}/{_quiet(hook_shop).webhook_id}/resend"
        page = dashboard.submit(dashboard.get(path), path, which="all", since=since)
        assert page.status == 400
        assert re.search(r'id="since-error">' + re.escape(said), page.html)
        assert dict(page.form(path).values)["since"] == since

    def test_nothing_to_send(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        path = f"{LIST}/{_quiet(hook_shop).webhook_id}/resend"
        assert "Nothing to resend." in dashboard.done(dashboard.get(path), path).text

    def test_not_while_it_is_off(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        webhook, event = _quiet(hook_shop), _event(hook_shop)
        hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us())
        one = f"{LIST}/{webhook.webhook_id}"
        forms = {
            path: dashboard.get(page)
            for path, page in ((f"{one}/resend", f"{one}/resend"), (f"{one}/events/{event}/resend", one))
        }
        dashboard.done(dashboard.get(one), f"{one}/switch")
        for path, page in forms.items():
            assert "Switched off: Till. Switch it on first, then resend." in dashboard.done(page, path).text
        assert "This webhook is off." in dashboard.get(f"{one}/resend").text
        assert "/resend" not in dashboard.get(one).html
        assert _audited(hook_shop, webhook) == ['webhook.updated {"activeYn": [true, false]}']

    def test_an_event_that_is_older_than_30_days(self, hook_shop: Shop, dashboard: DashboardClient) -> None:
        webhook, event = _quiet(hook_shop), _event(hook_shop)
        hook_shop.data.write(log_attempt, webhook, event, now_us=hook_shop.clock.now_us())
        form, path = dashboard.get(f"{LIST}/{webhook.webhook_id}"), f"{LIST}/{webhook.webhook_id}/events/{event}/resend"
        before_us = hook_shop.clock.now_us() - 31 * DAY_S * SECOND_US
        hook_shop.data.run("UPDATE event SET created_at = :before_us WHERE event_id = :event", before_us=before_us, event=event)
        page = dashboard.submit(form, path)
        assert (page.status, "This event is no longer kept." in page.text) == (404, True)


def test_a_failed_test_of_one_that_is_off_is_no_trouble_of_it(
    hook_shop: Shop, hooks: Hooks, dashboard: DashboardClient
) -> None:
    hooks.answer = lambda _: Reply(500)
    webhook = add_webhook(hook_shop, hooks.url, active=False)
    one = f"{LIST}/{webhook.webhook_id}"
    dashboard.done(dashboard.get(one), f"{one}/test")
    wait_for(lambda: "500" in "".join(_rows(dashboard.get(one))))
    assert "Switched off after failing" not in dashboard.get(one).text
