"""What the log of events knows of the customer goes with a deleted stamp, as soon as nothing waits to be sent any more."""

from kit.hooks import Hooks, Reply, add_webhook
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import do, issue
from stampwell.features.webhooks.log import forget_deleted


def _with_personal(shop: Shop, stamp: int) -> list[str]:
    sql = "SELECT type FROM event WHERE stamp_id = :stamp AND personal IS NOT NULL ORDER BY event_id"
    return [row["type"] for row in shop.data.rows(sql, stamp=stamp)]


def _forget(shop: Shop) -> int:
    return shop.data.write(forget_deleted, before_us=shop.clock.now_us())


def test_with_a_deleted_stamp_and_no_other(hook_shop: Shop) -> None:
    deleted, kept = (issue(hook_shop, 123, userNm="Kim") for _ in range(2))
    do(hook_shop, "delete", deleted)
    wait_for(lambda: hook_shop.data.count("outbox") == 0)
    assert _forget(hook_shop) == 2
    assert (_with_personal(hook_shop, deleted), _with_personal(hook_shop, kept)) == ([], ["stamp.issued"])
    assert _forget(hook_shop) == 0


def test_not_before_it_has_arrived(hook_shop: Shop, hooks: Hooks) -> None:
    accepts = False
    hooks.answer = lambda _: Reply(200 if accepts else 500)
    add_webhook(hook_shop, hooks.url, personal=True, event_types=("stamp.deleted",))
    stamp = issue(hook_shop, 123, userNm="Kim")
    do(hook_shop, "delete", stamp)
    wait_for(lambda: hook_shop.data.rows("SELECT tries FROM webhook_delivery") == [{"tries": 1}])
    _forget(hook_shop)
    assert _with_personal(hook_shop, stamp) == ["stamp.deleted"]
    accepts = True
    hook_shop.clock.advance(seconds=7)
    wait_for(lambda: hook_shop.data.count("webhook_delivery") == 0)
    first, second = hooks.received
    assert first.data["stamp"]["userNm"] == "Kim"
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    _forget(hook_shop)
    assert _with_personal(hook_shop, stamp) == []


def test_one_that_is_sent_again_later_has_another_id(hook_shop: Shop, hooks: Hooks) -> None:
    webhook = add_webhook(hook_shop, hooks.url, personal=True)
    stamp = issue(hook_shop, 123, userNm="Kim")
    do(hook_shop, "delete", stamp)
    hooks.until(2)
    wait_for(lambda: hook_shop.data.count("webhook_delivery") == 0)
    _forget(hook_shop)
    body = {"webhookIdx": webhook.webhook_id, "eventIdx": hooks.received[0].data["eventIdx"]}
    assert hook_shop.request("POST", "/api/webhook/v1/resend", by=hook_shop.alice, body=body).result == 1
    again = hooks.until(3)[-1]
    assert "userNm" not in again.data["stamp"]
    assert again.headers["webhook-id"] != hooks.received[0].headers["webhook-id"]
