"""`/dashboard/webhooks`: the list, and one webhook with its last attempts and what can be done about it."""

import re
from contextlib import suppress
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.core.phrases import phrase
from stampwell.core.units import LARGEST_INTEGER, MINUTE_US
from stampwell.dashboard.cards.card_commands import KEY_PLACEHOLDER
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.webhooks.webhook_labels import CHIPS, events_said, name_of, row_of
from stampwell.db.database import Tx
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.cards.service import get_card
from stampwell.features.events.service import find_event
from stampwell.features.people.model import Permission
from stampwell.features.webhooks import service
from stampwell.features.webhooks.errors import WebhookNotFound
from stampwell.features.webhooks.model import MOST_WEBHOOKS
from stampwell.features.webhooks.overview import (
    MOST_COUNTED,
    Overview,
    ShownAttempt,
    get_overview,
    list_attempts,
    list_overviews,
)
from stampwell.web.forms import Form

_PATH = "/dashboard/webhooks"
_ROWS = 50
_NUMBER = re.compile("[0-9]{1,18}")
# The page looks by itself for the answer to a test that was sent just now.
_WATCHED_US = MINUTE_US


class WebhookPages:
    """The webhooks of a shop."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/{{webhook_id:idx}}"
        return (
            PageRoute("GET", _PATH, self.list, Permission.KEYS),
            PageRoute("GET", one, self.show, Permission.KEYS),
            PageRoute("POST", f"{one}/test", self.test, Permission.KEYS),
            PageRoute("POST", f"{one}/switch", self.switch, Permission.KEYS),
            PageRoute("GET", f"{one}/rotate", self.ask_rotate, Permission.KEYS),
            PageRoute("POST", f"{one}/rotate", self.rotate, Permission.KEYS),
            PageRoute("GET", f"{one}/delete", self.ask_delete, Permission.KEYS),
            PageRoute("POST", f"{one}/delete", self.delete, Permission.KEYS),
        )

    async def list(self, context: DashboardContext) -> Response:
        return context.render(
            "webhooks/list.html",
            webhooks=await self._deps.db.read(list_overviews, context.account_id),
            chips=CHIPS,
            name_of=name_of,
            most=MOST_WEBHOOKS,
            most_counted=MOST_COUNTED,
            command=f"curl {context.origin}/api/webhook/v1/list \\\n  -H 'Authorization: APIKey {KEY_PLACEHOLDER}'",
        )

    async def show(self, context: DashboardContext) -> Response:
        webhook_id, failed = context.number("webhook_id"), context.query("failed") == "Y"
        before, tested = (_number(context.query(name)) for name in ("before", "tested"))
        overview, card, attempts, watching = await self._deps.db.read(
            _webhook_and_attempts,
            context.account_id,
            webhook_id,
            before_id=before or LARGEST_INTEGER,
            failed=failed,
            tested=tested,
            now_us=context.now_us,
        )
        asked = {"failed": "Y"} if failed else {}
        here = f"{_PATH}/{webhook_id}"
        older = (
            f"{here}?{urlencode({**asked, 'before': attempts[_ROWS - 1].attempt.attempt_id})}" if len(attempts) > _ROWS else ""
        )
        return context.render(
            "webhooks/webhook.html",
            overview=overview,
            webhook=overview.webhook,
            name=name_of(overview.webhook),
            chip=CHIPS[overview.standing],
            events=events_said(overview.webhook.event_types),
            card=card,
            rows=[row_of(one, now_us=context.now_us) for one in attempts[:_ROWS]],
            filtered=failed or before is not None,
            form=Form.filled({"failed": "Y" if failed else ""}),
            older=older,
            watched=f"{here}?tested={tested}" if watching else "",
            here=here,
            most_counted=MOST_COUNTED,
        )

    async def test(self, context: DashboardContext) -> Response:
        webhook_id = context.number("webhook_id")
        unit = partial(
            service.send_test,
            account_id=context.account_id,
            webhook_id=webhook_id,
            actor=context.actor,
            now_us=context.now_us,
        )
        event_id = await context.once(unit)
        said = phrase("Test sent. See the result under Attempts.")
        return context.redirect(f"{_PATH}/{webhook_id}?tested={event_id}", said)

    async def switch(self, context: DashboardContext) -> Response:
        webhook_id, active = context.number("webhook_id"), context.form.text("active") == "Y"

        def unit(tx: Tx) -> str:
            after = service.change_webhook(
                tx,
                context.account_id,
                webhook_id,
                {"active": active},
                url_rule=self._deps.url_rule,
                actor=context.actor,
                now_us=context.now_us,
            )
            return name_of(after)

        name = await context.once(unit)
        said = (
            phrase("Switched on: {name}. Events are sent from now on.", name=name)
            if active
            else phrase("Switched off: {name}. Paused until you turn it on.", name=name)
        )
        return context.redirect(f"{_PATH}/{webhook_id}", said)

    async def ask_rotate(self, context: DashboardContext) -> Response:
        webhook = (await self._overview(context)).webhook
        two = len(webhook.secrets(context.now_us)) > 1
        return context.render("webhooks/rotate.html", webhook=webhook, name=name_of(webhook), has_two=two)

    async def rotate(self, context: DashboardContext) -> Response:
        """Shows the secret on the answer itself, as when a webhook is added."""
        webhook_id = context.number("webhook_id")

        def unit(tx: Tx) -> str:
            actor, now_us = context.actor, context.now_us
            return service.rotate_secret(tx, context.account_id, webhook_id, actor=actor, now_us=now_us).secret

        secret = await context.once(unit)
        return context.render("webhooks/secret.html", webhook_id=webhook_id, secret=secret, is_new=False)

    async def ask_delete(self, context: DashboardContext) -> Response:
        overview = await self._overview(context)
        return context.render(
            "webhooks/delete.html", overview=overview, name=name_of(overview.webhook), most_counted=MOST_COUNTED
        )

    async def delete(self, context: DashboardContext) -> Response:
        account_id, webhook_id = context.account_id, context.number("webhook_id")

        def unit(tx: Tx) -> str:
            name = name_of(service.get_webhook(tx, account_id, webhook_id))
            service.delete_webhook(tx, account_id, webhook_id, actor=context.actor, now_us=context.now_us)
            return name

        # Where the form is sent twice, it is gone by now.
        with suppress(WebhookNotFound):
            while await context.write(partial(service.clear_some, account_id=account_id, webhook_id=webhook_id)):
                pass
        return context.redirect(_PATH, phrase("Deleted: {name}.", name=await context.once(unit)))

    async def _overview(self, context: DashboardContext) -> Overview:
        return await self._deps.db.read(get_overview, context.account_id, context.number("webhook_id"))


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def _webhook_and_attempts(
    tx: Tx, account_id: int, webhook_id: int, *, before_id: int, failed: bool, tested: int | None, now_us: int
) -> tuple[Overview, str, list[ShownAttempt], bool]:
    """The webhook, the name of its card, a page of attempts and one more, and whether the test is still without an answer."""
    overview = get_overview(tx, account_id, webhook_id)
    try:
        card = get_card(tx, account_id, overview.webhook.card_id).name if overview.webhook.card_id else ""
    except CardNotFound:
        card = f"#{overview.webhook.card_id}"
    attempts = list_attempts(tx, account_id, webhook_id, before_id=before_id, failed=failed, limit=_ROWS + 1)
    event = None if tested is None else find_event(tx, account_id, tested, now_us=now_us)
    is_new = event is not None and event.created_at > now_us - _WATCHED_US
    return overview, card, attempts, is_new and all(one.attempt.event_id != tested for one in attempts)
