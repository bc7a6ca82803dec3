"""`/dashboard/developer`: the account's API keys."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.model_problems import TOO_LONG
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import DAY_US
from stampwell.core.unseen import unseen_or
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.keys import service
from stampwell.features.keys.model import ApiKey, Scope
from stampwell.features.keys.service import NewKey
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_PATH = "/dashboard/developer"
_LONGEST_NAME = 100
_LIVES = {"": None, "30": 30, "90": 90, "365": 365}


class KeyRow(NamedTuple):
    """A key of the list, and the state it is in."""

    key: ApiKey
    state: Phrase
    tone: str
    usable: bool


class KeyPages:
    """Keys: make, list, revoke."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PATH}/keys/{{key_id:idx}}/revoke"
        return (
            PageRoute("GET", _PATH, self.list, Permission.KEYS),
            PageRoute("GET", f"{_PATH}/keys/new", self.new, Permission.KEYS),
            PageRoute("POST", f"{_PATH}/keys/new", self.create, Permission.KEYS),
            PageRoute("GET", one, self.ask_revoke, Permission.KEYS),
            PageRoute("POST", one, self.revoke, Permission.KEYS),
        )

    async def list(self, visit: Visit) -> Response:
        keys = await self._desk.db.read(service.list_keys, visit.account_id)
        usage = await self._desk.limiter.usage(visit.account_id, visit.plan)
        rows = [_row(key, visit.now_us) for key in reversed(keys)]
        return visit.render("developer/keys.html", rows=rows, usage=usage, plan=visit.plan.name)

    async def new(self, visit: Visit) -> Response:
        return self._form(visit, Form({"scope": list(Scope)}))

    async def create(self, visit: Visit) -> Response:
        """Shows the key on the answer itself: it is kept nowhere, so no later page could."""
        name, days = visit.form.text("name"), _LIVES.get(visit.form.text("days"))
        scopes = frozenset(scope for scope in Scope if scope in visit.form.all("scope"))
        problems = []
        if len(name) > _LONGEST_NAME or not name.isprintable():
            problems.append(FieldError("name", unseen_or(name, phrase(TOO_LONG, max_length=_LONGEST_NAME))))
        if not scopes:
            problems.append(FieldError("scope", phrase("choose at least one, or the key could do nothing")))
        if problems:
            return self._form(visit, visit.refused(FieldsWrong(problems)), status=FieldsWrong.status)
        expires_at = None if days is None else visit.now_us + days * DAY_US

        def unit(tx: Tx) -> NewKey:
            new = service.create(tx, visit.account_id, name=name, scopes=scopes, expires_at=expires_at, now_us=visit.now_us)
            changes = {"scopes": [None, sorted(scopes)]}
            record(tx, visit.entry("key.created", new.stored.key_id, name or new.stored.prefix, changes))
            return new

        new = await visit.write(unit)
        return visit.render("developer/created.html", api_key=new.api_key, key=new.stored)

    async def ask_revoke(self, visit: Visit) -> Response:
        key = await self._desk.db.read(service.get_key, visit.account_id, visit.number("key_id"))
        return visit.render("developer/revoke.html", key=key)

    async def revoke(self, visit: Visit) -> Response:
        key_id = visit.number("key_id")

        def unit(tx: Tx) -> None:
            key = service.revoke(tx, visit.account_id, key_id, now_us=visit.now_us)
            record(tx, visit.entry("key.revoked", key_id, key.name or key.prefix))

        await visit.once(unit)
        return visit.redirect(_PATH, phrase("The key is revoked. Requests with it are refused from now on."))

    def _form(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        return visit.render("developer/new.html", status=status, form=form, scopes=list(Scope))


def _row(key: ApiKey, now_us: int) -> KeyRow:
    if key.revoked_at is not None:
        return KeyRow(key, phrase("Revoked"), "plain", usable=False)
    if key.expires_at is not None and key.expires_at < now_us:
        return KeyRow(key, phrase("Expired"), "amber", usable=False)
    return KeyRow(key, phrase("In use") if key.last_used_at else phrase("Never used"), "leaf", usable=True)
