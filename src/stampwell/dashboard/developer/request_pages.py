"""`/dashboard/developer/requests`: what was asked of the API in the last 7 days."""

import re
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.keys.model import ApiKey
from stampwell.features.keys.service import list_keys
from stampwell.features.people.model import Permission
from stampwell.features.request_log.model import NEWEST, Position, RequestLogPage
from stampwell.features.request_log.service import page_requests
from stampwell.web.forms import Form

_PATH = "/dashboard/developer/requests"
_ROWS = 50
_POSITION = re.compile(r"([0-9]{1,18})-([0-9]{1,6})")
_NUMBER = re.compile(r"[0-9]{1,18}")


class RequestLogPages:
    """The log of requests."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", _PATH, self.show, Permission.KEYS),)

    async def show(self, context: DashboardContext) -> Response:
        key, refused = context.query("key"), context.query("refused")
        found, keys = await self._deps.db.read(
            _requests_and_keys,
            context.account_id,
            before=_position(context.query("before")),
            key_id=int(key) if _NUMBER.fullmatch(key) else None,
            refused_only=refused == "Y",
        )
        asked = {name: value for name, value in (("key", key), ("refused", refused)) if value}
        older = "" if found.older is None else f"{found.older.block_id}-{found.older.entry}"
        return context.render(
            "developer/requests.html",
            requests=found.requests,
            keys=keys,
            form=Form.filled({"key": key, "refused": refused}),
            older=f"{_PATH}?{urlencode({**asked, 'before': older})}" if older else "",
        )


def _requests_and_keys(
    tx: Tx, account_id: int, *, before: Position, key_id: int | None, refused_only: bool
) -> tuple[RequestLogPage, list[ApiKey]]:
    found = page_requests(tx, account_id, limit=_ROWS, before=before, key_id=key_id, refused_only=refused_only)
    return found, list_keys(tx, account_id)


def _position(text: str) -> Position:
    found = _POSITION.fullmatch(text)
    return NEWEST if found is None else Position(int(found[1]), int(found[2]))
