"""What the customer's page answers to is data, as an endpoint is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from stampwell.stamp_page.context import StampPageContext

Handler = Callable[[StampPageContext], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class StampPageRoute:
    """A page or an action below `/stamp/{code}`.

    tail: what follows the code, such as `/qr.svg`; blank for the page itself. open: whether somebody who does not know the
    stamp's PIN may have it too, because it shows nothing of the stamp but its card. staff: whether somebody who is signed in
    for the shop may have it without the PIN: they see the stamp in the dashboard too. acts: whether it changes the stamp, or
    shows the form that does: refused while the shop's account is suspended.
    """

    method: Literal["GET", "POST"]
    tail: str
    handler: Handler
    open: bool = False
    staff: bool = False
    acts: bool = False

    @property
    def path(self) -> str:
        return f"/stamp/{{code}}{self.tail}"
