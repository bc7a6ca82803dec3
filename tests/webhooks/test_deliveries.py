"""How events are delivered: signed, again when they are not taken, in order, and until the webhook is switched off."""

import base64
import threading
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from kit.clock import START
from kit.hooks import Hooks, Received, Reply, add_webhook
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import do, issue, make_card
from stampwell.core.signing import keyed_digest
from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from stampwell.features.webhooks import queries
from stampwell.features.webhooks.model import RETRY_AFTER_US, Webhook
from stampwell.features.webhooks.signing import new_secret

_JITTER = 0.2


def _refuse(_: Received) -> Reply:
    return Reply(500, text="not today")


def _found(shop: Shop, webhook: Webhook) -> Webhook:
    found = shop.data.read(queries.find, webhook.account_id, webhook.webhook_id)
    assert found is not None
    return found


def _attempts(shop: Shop, webhook: Webhook) -> list[dict[str, object]]:
    sql = "SELECT * FROM webhook_attempt WHERE webhook_id = :webhook ORDER BY attempt_id"
    return shop.data.rows(sql, webhook=webhook.webhook_id)


def _until_attempts(shop: Shop, webhook: Webhook, count: int) -> list[dict[str, object]]:
    wait_for(lambda: len(_attempts(shop, webhook)) >= count, seconds=20)
    return _attempts(shop, webhook)


class TestSignatures:
    def test_the_package_verifies_them(self, hook_shop: Shop, hooks: Hooks) -> None:
        # Its own clock is the machine's, so the shop's is too.
        hook_shop.clock.set(datetime.now(UTC))
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123, userNm="Kim Ü")
        (came,) = hooks.until(1)
        assert Verifier(webhook.secret).verify(came.body, came.headers) == came.json
        with pytest.raises(WebhookVerificationError):
            Verifier(new_secret()).verify(came.body, came.headers)
        with pytest.raises(WebhookVerificationError):
            Verifier(webhook.secret).verify(came.body + b" ", came.headers)

    def test_headers(self, hook_shop: Shop, hooks: Hooks) -> None:
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        (came,) = hooks.until(1)
        assert came.headers["webhook-id"] == f"evt_{came.data['eventIdx']}_{webhook.webhook_id}"
        assert came.headers["webhook-timestamp"] == str(int(START.timestamp()))
        assert came.headers["content-type"] == "application/json"
        assert came.headers["user-agent"].startswith("Stampwell/")

    def test_both_secrets_sign_for_a_day_after_a_rotation(self, hook_shop: Shop, hooks: Hooks) -> None:
        until = hook_shop.clock.now_us() + DAY_US
        old, new = new_secret(), new_secret()
        add_webhook(hook_shop, hooks.url, secret=new, old_secret=old, old_secret_until=until)
        issue(hook_shop, 123)
        hooks.until(1)
        hook_shop.clock.advance(seconds=DAY_US / SECOND_US)
        issue(hook_shop, 123)
        first, second = (one.headers["webhook-signature"].split(" ") for one in hooks.until(2))
        assert len(first) == 2
        assert len(second) == 1
        assert _signature(old, hooks.received[0]) == first[1]
        assert _signature(new, hooks.received[1]) == second[0]


def _signature(secret: str, came: Received) -> str:
    """By the standard's own words."""
    signed = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(keyed_digest(key, signed)).decode()


class TestAgain:
    def test_the_whole_schedule(self, hook_shop: Shop, hooks: Hooks) -> None:
        """75 hours on a clock that the test sets: ten attempts of the same request, and no eleventh."""
        hooks.answer = _refuse
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        for number, wait_us in enumerate((*RETRY_AFTER_US, None), 1):
            *_, last = _until_attempts(hook_shop, webhook, number)
            assert (last["status"], last["answer"]) == (500, "not today")
            if wait_us is None:
                assert last["next_at"] is None
                break
            next_at = int(str(last["next_at"]))
            began = hook_shop.clock.now_us()
            assert wait_us <= next_at - began <= wait_us * (1 + _JITTER)
            # Three days of failures would switch it off before the tenth attempt.
            hook_shop.data.run("UPDATE webhook SET failing_since = NULL")
            hook_shop.clock.advance(seconds=(next_at - began) / SECOND_US)
        assert len({(one.headers["webhook-id"], one.body) for one in hooks.received}) == 1
        assert hook_shop.data.count("webhook_delivery") == 0
        assert sum(RETRY_AFTER_US) == 75 * HOUR_US + 35 * MINUTE_US + 5 * SECOND_US

    def test_not_before_it_is_due(self, hook_shop: Shop, hooks: Hooks) -> None:
        hooks.answer = _refuse
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        _until_attempts(hook_shop, webhook, 1)
        hooks.answer = lambda _: Reply()
        hook_shop.clock.advance(seconds=4.999)
        issue(hook_shop, 123)
        _until_attempts(hook_shop, webhook, 2)
        assert hook_shop.data.rows("SELECT tries FROM webhook_delivery") == [{"tries": 1}]
        hook_shop.clock.advance(seconds=1.1)
        hooks.until(3)

    @pytest.mark.parametrize("header", ["600", "Mon, 02 Mar 2026 09:10:00 GMT"])
    def test_a_receiver_says_when(self, hook_shop: Shop, hooks: Hooks, header: str) -> None:
        hooks.answer = lambda _: Reply(503, (("Retry-After", header),))
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        (attempt,) = _until_attempts(hook_shop, webhook, 1)
        assert attempt["next_at"] == hook_shop.clock.now_us() + 600 * SECOND_US

    @pytest.mark.parametrize("status", [300, 301, 400, 404, 500])
    def test_what_is_no_success(self, hook_shop: Shop, hooks: Hooks, status: int) -> None:
        hooks.answer = lambda _: Reply(status, (("Location", f"{hooks.url}/elsewhere"),))
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        (attempt,) = _until_attempts(hook_shop, webhook, 1)
        assert attempt["status"] == status
        assert attempt["next_at"] is not None
        assert [one.path for one in hooks.received] == ["/stampwell"]

    @pytest.mark.parametrize("status", [200, 202, 204, 299])
    def test_what_is_a_success(self, hook_shop: Shop, hooks: Hooks, status: int) -> None:
        hooks.answer = lambda _: Reply(status)
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        (attempt,) = _until_attempts(hook_shop, webhook, 1)
        assert (attempt["status"], attempt["next_at"]) == (status, None)
        assert _found(hook_shop, webhook).last_success_at == hook_shop.clock.now_us()

    def test_nobody_listens(self, hook_shop: Shop) -> None:
        webhook = add_webhook(hook_shop, "http://127.0.0.1:1/")
        issue(hook_shop, 123)
        (attempt,) = _until_attempts(hook_shop, webhook, 1)
        assert attempt["status"] is None
        assert "127.0.0.1:1" in str(attempt["answer"])


class TestOrder:
    def test_of_one_stamp_an_event_waits_for_the_first_attempt_of_the_one_before(self, hook_shop: Shop, hooks: Hooks) -> None:
        held, released = threading.Event(), threading.Event()

        def answer(came: Received) -> Reply:
            if came.type == "stamp.issued" and came.data["stamp"]["userId"] == "slow":
                held.set()
                released.wait(20)
            return Reply(500)

        hooks.answer = answer
        webhook = add_webhook(hook_shop, hooks.url, personal=True)
        slow, quick = issue(hook_shop, 123, userId="slow"), issue(hook_shop, 123, userId="quick")
        do(hook_shop, "add", slow)
        do(hook_shop, "add", quick)
        held.wait(20)
        # Those of the other stamp do not wait for it.
        assert [one.data["stamp"]["stampIdx"] for one in hooks.until(2)] == [quick, quick]
        released.set()
        hooks.until(4)
        of_slow = [one.type for one in hooks.received if one.data["stamp"]["stampIdx"] == slow]
        assert of_slow == ["stamp.issued", "stamp.added"]
        # The failure of the first holds nothing back beyond that.
        _until_attempts(hook_shop, webhook, 4)

    def test_a_webhook_that_hangs_holds_back_no_other(self, hook_shop: Shop, hooks: Hooks) -> None:
        released = threading.Event()

        def hang(_: Received) -> Reply:
            released.wait(20)
            return Reply()

        with Hooks(hang) as hanging:
            add_webhook(hook_shop, hanging.url)
            add_webhook(hook_shop, hooks.url)
            for _ in range(40):
                issue(hook_shop, 123)
            hooks.until(40)
            released.set()
            hanging.until(40)


class TestTrouble:
    def test_gone_switches_it_off(self, hook_shop: Shop, hooks: Hooks) -> None:
        hooks.answer = lambda _: Reply(410)
        webhook = add_webhook(hook_shop, hooks.url)
        with Hooks() as other:
            add_webhook(hook_shop, other.url, event_types=("webhook.disabled",))
            issue(hook_shop, 123)
            (disabled,) = other.until(1)
        assert disabled.data["webhookIdx"] == webhook.webhook_id
        assert not _found(hook_shop, webhook).active
        issue(hook_shop, 123)
        assert len(_attempts(hook_shop, webhook)) == 1

    def test_the_owner_hears_of_it_and_then_it_is_switched_off(self, hook_shop: Shop, hooks: Hooks) -> None:
        hooks.answer = _refuse
        webhook = add_webhook(hook_shop, hooks.url)
        with Hooks() as other:
            add_webhook(hook_shop, other.url, event_types=("webhook.failing", "webhook.disabled"))
            for number, hours in enumerate((0, 35, 2, 34), 1):
                hook_shop.clock.advance(seconds=hours * HOUR_US / SECOND_US)
                issue(hook_shop, make_card(hook_shop))
                wait_for(lambda number=number: _issued(hooks) >= number, seconds=20)
            assert [one.type for one in other.until(1)] == ["webhook.failing"]
            # Now the first attempt that fails switches it off, whichever event it is of.
            hook_shop.clock.advance(seconds=2 * HOUR_US / SECOND_US)
            told = other.until(2)
        assert [(one.type, one.data["webhookIdx"]) for one in told] == [
            ("webhook.failing", webhook.webhook_id),
            ("webhook.disabled", webhook.webhook_id),
        ]
        assert not _found(hook_shop, webhook).active

    def test_a_success_ends_it(self, hook_shop: Shop, hooks: Hooks) -> None:
        hooks.answer = _refuse
        webhook = add_webhook(hook_shop, hooks.url)
        issue(hook_shop, 123)
        _until_attempts(hook_shop, webhook, 1)
        assert _found(hook_shop, webhook).failing_since == hook_shop.clock.now_us()
        hooks.answer = lambda _: Reply()
        hook_shop.clock.advance(seconds=7)
        _until_attempts(hook_shop, webhook, 2)
        assert _found(hook_shop, webhook).failing_since is None


def _issued(hooks: Hooks) -> int:
    return len({one.headers["webhook-id"] for one in hooks.received})
