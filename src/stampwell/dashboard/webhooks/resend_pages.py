"""Sends events to a webhook again: one, all that failed, or everything since a day and a time."""

from functools import partial

from starlette.responses import Response

from stampwell.core.days import parse_ymdt, to_ymdt
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.webhooks.webhook_labels import name_of
from stampwell.features.events.service import KEPT_US
from stampwell.features.people.model import Permission
from stampwell.features.webhooks import service
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.resending import end_resending, first_to_resend, resend_event, resend_page
from stampwell.web.forms import Form

_PATH = "/dashboard/webhooks"
_FAILED, _ALL = "failed", "all"


class ResendPages:
    """Sending again."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/{{webhook_id:idx}}"
        return (
            PageRoute("GET", f"{one}/resend", self.ask, Permission.KEYS),
            PageRoute("POST", f"{one}/resend", self.resend, Permission.KEYS),
            PageRoute("POST", f"{one}/events/{{log_event_id:idx}}/resend", self.resend_one, Permission.KEYS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        return self._page(context, await self._webhook(context), Form.filled({"which": _FAILED}))

    async def resend_one(self, context: DashboardContext) -> Response:
        webhook = await self._webhook(context)
        unit = partial(
            resend_event,
            account_id=context.account_id,
            webhook_id=webhook.webhook_id,
            event_id=context.number("log_event_id"),
            failed=False,
            actor=context.actor,
            now_us=context.now_us,
        )
        try:
            await context.once(unit)
        except FieldsWrong:
            return _back(context, webhook, _off(webhook))
        return _back(context, webhook, phrase("Resending the event."))

    async def resend(self, context: DashboardContext) -> Response:
        webhook, failed = await self._webhook(context), context.form.text("which") != _ALL
        since = _since(context, failed=failed)
        if isinstance(since, FieldError):
            form = context.refused(FieldsWrong([since]))
            return self._page(context, webhook, form, status=FieldsWrong.status)
        queued = await context.answer_before()
        if queued is None:
            try:
                queued = await self._all(context, webhook.webhook_id, since=since, failed=failed)
            except FieldsWrong:
                return _back(context, webhook, _off(webhook))
        if not queued:
            return _back(context, webhook, phrase("Nothing to resend."))
        return _back(context, webhook, phrase("Events being resent: {count}.", count=queued))

    async def _all(self, context: DashboardContext, webhook_id: int, *, since: int, failed: bool) -> int:
        """A transaction a page; how many were queued. Raises FieldsWrong for a webhook that is off."""
        account_id, now_us = context.account_id, context.now_us
        queued, after = await self._deps.db.read(first_to_resend, account_id, webhook_id, since=since, now_us=now_us)
        while after is not None:
            page = partial(resend_page, account_id=account_id, webhook_id=webhook_id, after=after, failed=failed, now_us=now_us)
            more, after = await context.write(page)
            queued += more
        end = partial(
            end_resending,
            account_id=account_id,
            webhook_id=webhook_id,
            queued=queued,
            actor=context.actor,
            now_us=now_us,
        )
        number: int = await context.once(end)
        return number

    async def _webhook(self, context: DashboardContext) -> Webhook:
        return await self._deps.db.read(service.get_webhook, context.account_id, context.number("webhook_id"))

    def _page(self, context: DashboardContext, webhook: Webhook, form: Form, *, status: int = 200) -> Response:
        zone = context.account.time_zone
        earliest, latest = (_as_typed(to_ymdt(instant, zone)) for instant in (context.now_us - KEPT_US, context.now_us))
        return context.render(
            "webhooks/resend.html",
            status=status,
            webhook=webhook,
            name=name_of(webhook),
            form=form,
            earliest=earliest,
            latest=latest,
            zone=zone.key,
        )


def _back(context: DashboardContext, webhook: Webhook, said: Phrase) -> Response:
    return context.redirect(f"{_PATH}/{webhook.webhook_id}", said)


def _off(webhook: Webhook) -> Phrase:
    return phrase("Switched off: {name}. Switch it on first, then resend.", name=name_of(webhook))


def _since(context: DashboardContext, *, failed: bool) -> int | FieldError:
    """The instant that the form asks for, in the shop's time zone; what is wrong with it otherwise. 0: as far as events go."""
    text = context.form.text("since").replace("T", " ")
    if not text:
        return 0 if failed else FieldError("since", phrase("Choose a day and a time."))
    # Browsers leave out seconds that are zero; where they have no such field, a day alone may be typed.
    instant = next(
        (found for end in ("", ":00", " 00:00:00") if (found := parse_ymdt(text + end, context.account.time_zone)) is not None),
        None,
    )
    if instant is None:
        return FieldError("since", phrase("Enter a day and a time, such as 2026-11-29 14:05."))
    if instant > context.now_us:
        return FieldError("since", phrase("Choose a time in the past."))
    return instant


def _as_typed(ymdt: str) -> str:
    return ymdt[:16].replace(" ", "T")
