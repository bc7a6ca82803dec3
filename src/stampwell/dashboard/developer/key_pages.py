"""`/dashboard/developer`: the account's API keys."""

from functools import partial
from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.model_problems import TOO_LONG
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import DAY_US
from stampwell.core.unseen import unseen_or
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.developer.key_presets import PRESETS, SCOPE_MEANINGS, preset_named
from stampwell.dashboard.route import PageRoute
from stampwell.features.keys import service
from stampwell.features.keys.model import ApiKey, Scope
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_PATH = "/dashboard/developer"
_LONGEST_NAME = 100
_LIVES = {"": None, "30": 30, "90": 90, "365": 365}
_PROPOSED_LIFE = "365"


class KeyRow(NamedTuple):
    """A key of the list, and the state it is in."""

    key: ApiKey
    state: Phrase
    tone: str
    usable: bool


class KeyPages:
    """Keys: make, list, revoke."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/keys/{{key_id:idx}}/revoke"
        return (
            PageRoute("GET", _PATH, self.list, Permission.KEYS),
            PageRoute("GET", f"{_PATH}/keys/new", self.new, Permission.KEYS),
            PageRoute("POST", f"{_PATH}/keys/new", self.create, Permission.KEYS),
            PageRoute("GET", one, self.ask_revoke, Permission.KEYS),
            PageRoute("POST", one, self.revoke, Permission.KEYS),
        )

    async def list(self, context: DashboardContext) -> Response:
        keys = await self._deps.db.read(service.list_keys, context.account_id)
        usage = await self._deps.limiter.usage(context.account_id, context.plan)
        rows = [_row(key, context.now_us) for key in reversed(keys)]
        return context.render("developer/keys.html", rows=rows, scopes=len(Scope), usage=usage, plan=context.plan.name)

    async def new(self, context: DashboardContext) -> Response:
        """For what the address says it is for: permissions and a life are proposed, everything can be changed."""
        preset = preset_named(context.query("for"))
        return self._form(context, Form({"for": [preset.name], "scope": list(preset.scopes), "days": [_PROPOSED_LIFE]}))

    async def create(self, context: DashboardContext) -> Response:
        """Shows the key on the answer itself: it is kept nowhere, so no later page could."""
        name, days = context.form.text("name"), _LIVES.get(context.form.text("days"))
        scopes = frozenset(scope for scope in Scope if scope in context.form.all("scope"))
        problems = []
        if len(name) > _LONGEST_NAME or not name.isprintable():
            problems.append(FieldError("name", unseen_or(name, phrase(TOO_LONG, max_length=_LONGEST_NAME))))
        if not scopes:
            problems.append(FieldError("scope", phrase("Choose at least one permission.")))
        if problems:
            return self._form(context, context.refused(FieldsWrong(problems)), status=FieldsWrong.status)
        expires_at = None if days is None else context.now_us + days * DAY_US

        unit = partial(
            service.create,
            account_id=context.account_id,
            name=name,
            scopes=scopes,
            expires_at=expires_at,
            actor=context.actor,
            now_us=context.now_us,
        )
        new = await context.write(unit)
        return context.render("developer/created.html", api_key=new.api_key)

    async def ask_revoke(self, context: DashboardContext) -> Response:
        key = await self._deps.db.read(service.get_key, context.account_id, context.number("key_id"))
        return context.render("developer/revoke.html", key=key)

    async def revoke(self, context: DashboardContext) -> Response:
        account_id, key_id, actor = context.account_id, context.number("key_id"), context.actor
        await context.once(lambda tx: service.revoke(tx, account_id, key_id, actor=actor, now_us=context.now_us).key_id)
        return context.redirect(_PATH, phrase("Key revoked. It no longer works."))

    def _form(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        chosen = preset_named(form.text("for"))
        return context.render(
            "developer/new.html", status=status, form=form, presets=PRESETS, chosen=chosen, meanings=SCOPE_MEANINGS
        )


def _row(key: ApiKey, now_us: int) -> KeyRow:
    if key.revoked_at is not None:
        return KeyRow(key, phrase("Revoked"), "plain", usable=False)
    if key.expires_at is not None and key.expires_at < now_us:
        return KeyRow(key, phrase("Expired"), "amber", usable=False)
    return KeyRow(key, phrase("In use") if key.last_used_at else phrase("Never used"), "leaf", usable=True)
