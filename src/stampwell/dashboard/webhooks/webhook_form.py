"""`/dashboard/webhooks/new` and `…/edit`: what is sent where."""

from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.webhooks.webhook_labels import EVENTS, name_of
from stampwell.db.database import Tx
from stampwell.features.cards.service import list_cards
from stampwell.features.events.model import EventType
from stampwell.features.people.model import Permission
from stampwell.features.webhooks import service
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.requests import CreateWebhook
from stampwell.features.webhooks.rules import LONGEST_DESCRIPTION, LONGEST_URL, UrlRule
from stampwell.web.forms import Form

_PATH = "/dashboard/webhooks"
_NEW = f"{_PATH}/new"
_FIELDS = frozenset({"url", "events", "description"})
_ALL, _SOME = "all", "some"
_FULL, _PERSONAL, _THIN = "full", "personal", "thin"


class WebhookForms:
    """A webhook is added, and its settings are changed."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        edit = f"{_PATH}/{{webhook_id:idx}}/edit"
        return (
            PageRoute("GET", _NEW, self.new, Permission.KEYS),
            PageRoute("POST", _NEW, self.create, Permission.KEYS),
            PageRoute("GET", edit, self.edit, Permission.KEYS),
            PageRoute("POST", edit, self.save, Permission.KEYS),
        )

    async def new(self, context: DashboardContext) -> Response:
        return await self._form(context, None, Form.filled({"which": _ALL, "contents": _FULL}))

    async def create(self, context: DashboardContext) -> Response:
        """Shows the secret on the answer itself: no later page does."""

        def unit(tx: Tx) -> tuple[int, str]:
            webhook = service.create_webhook(
                tx,
                context.account_id,
                {**given, "personal": given.get("personal", False)},
                url_rule=self._deps.url_rule,
                actor=context.actor,
                now_us=context.now_us,
            )
            return webhook.webhook_id, webhook.secret

        try:
            given = _given(context, self._deps.url_rule)
            webhook_id, secret = await context.once(unit)
        except AppError as refusal:
            form = context.refused(refusal, fields=_FIELDS)
            return await self._form(context, None, form, status=refusal.status)
        return context.render("webhooks/secret.html", webhook_id=webhook_id, secret=secret, is_new=True)

    async def edit(self, context: DashboardContext) -> Response:
        webhook = await self._webhook(context)
        return await self._form(context, webhook, _filled(webhook))

    async def save(self, context: DashboardContext) -> Response:
        webhook = await self._webhook(context)

        def unit(tx: Tx) -> str:
            after = service.change_webhook(
                tx,
                context.account_id,
                webhook.webhook_id,
                given,
                url_rule=self._deps.url_rule,
                actor=context.actor,
                now_us=context.now_us,
            )
            return name_of(after)

        try:
            given = _given(context, self._deps.url_rule)
            name = await context.once(unit)
        except AppError as refusal:
            form = context.refused(refusal, fields=_FIELDS)
            return await self._form(context, webhook, form, status=refusal.status)
        return context.redirect(f"{_PATH}/{webhook.webhook_id}", phrase("Saved: {name}.", name=name))

    async def _webhook(self, context: DashboardContext) -> Webhook:
        return await self._deps.db.read(service.get_webhook, context.account_id, context.number("webhook_id"))

    async def _form(self, context: DashboardContext, webhook: Webhook | None, form: Form, *, status: int = 200) -> Response:
        cards = [(card.card_id, card.name) for card in await self._deps.db.read(list_cards, context.account_id)]
        # A test is always sent, so nobody has to choose it; who has by the API sees it.
        chosen = form.all("events")
        offered = [(kind, said) for kind, said in EVENTS.items() if kind != EventType.WEBHOOK_TEST or kind in chosen]
        return context.render(
            "webhooks/form.html",
            status=status,
            webhook=webhook,
            name="" if webhook is None else name_of(webhook),
            action=_NEW if webhook is None else f"{_PATH}/{webhook.webhook_id}/edit",
            form=form,
            cards=cards,
            offered=offered,
            longest={"url": LONGEST_URL, "description": LONGEST_DESCRIPTION},
        )


def _filled(webhook: Webhook) -> Form:
    contents = _THIN if webhook.thin else _PERSONAL if webhook.personal else _FULL
    return Form.filled(
        {
            "url": webhook.url,
            "which": _SOME if webhook.event_types else _ALL,
            "events": list(webhook.event_types),
            "cardIdx": webhook.card_id,
            "contents": contents,
            "description": webhook.description,
        }
    )


def _given(context: DashboardContext, url_rule: UrlRule) -> dict[str, Any]:
    """Fields of Webhook, of the form. Raises FieldsWrong."""
    form = context.form
    wanted = [kind.value for kind in EventType if kind in form.all("events")] if form.text("which") == _SOME else []
    missing = FieldError("url", phrase("Enter the address that events are sent to."))
    problem = url_rule(form.text("url")) if form.text("url") else missing
    wrong = [] if problem is None else [problem]
    if form.text("which") == _SOME and not wanted:
        wrong.append(FieldError("events", phrase("Choose at least one event, or send all of them.")))
    values = {"url": "", **form.fields(("url", "description", "cardIdx"), integers=("cardIdx",)), "events": wanted}
    request = validate(CreateWebhook, values, context=context, wrong=wrong)
    contents = form.text("contents")
    given = {
        "url": request.url,
        "event_types": tuple(request.events or ()),
        "card_id": request.cardIdx or 0,
        "description": request.description or "",
        "thin": contents == _THIN,
    }
    # Who sends numbers only keeps what was chosen for whole events.
    return given if contents == _THIN else {**given, "personal": contents == _PERSONAL}
