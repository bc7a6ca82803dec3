"""A page is data, as an endpoint is: what it answers to, what it needs, and how much it may be sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from stampwell.dashboard.context import DashboardContext
from stampwell.features.people.model import Permission

PageHandler = Callable[[DashboardContext], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PageRoute:
    """A page or an action.

    path: below `/dashboard`; parts such as `{card_id:idx}` are numbers, `{handle}` texts.
    permission: what the viewer's role must allow; None for pages that anybody may open, signed in or not.
    upload_bytes: how much its form may send in a file.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: PageHandler
    permission: Permission | None
    upload_bytes: int = 0
