"""Signing in and out: a fresh session each time, and back to where somebody wanted to go."""

import re

from starlette.requests import Request
from starlette.responses import Response

from stampwell.dashboard.desk import Desk
from stampwell.dashboard.visit import Visit
from stampwell.features.people import sessions
from stampwell.features.people.model import Person
from stampwell.features.people.sessions import LONGEST_US

HOME = "/dashboard"

# A path of ours and nothing that a browser would take for another host's.
_OURS = re.compile(r"/dashboard(/[A-Za-z0-9_./-]*)?(\?[A-Za-z0-9_.=&%+-]*)?")
_LONGEST_NEXT = 1000


def path_after(wanted: str) -> str:
    """The page to go to after signing in: the one that was wanted, if it is one of the dashboard's."""
    if len(wanted) <= _LONGEST_NEXT and _OURS.fullmatch(wanted) and ".." not in wanted and "//" not in wanted:
        return wanted
    return HOME


def address_of(request: Request) -> str:
    """The client's address, for throttling and for the list of sessions."""
    return "" if request.client is None else request.client.host


async def let_in(visit: Visit, person: Person, *, to: str) -> Response:
    """Answers with a new session's cookie; the browser's old session, whosever it was, ends."""
    desk = visit.desk
    if visit.viewer is not None:
        old = visit.viewer.session
        await desk.db.write(sessions.end_session, old.account_id, old.person_id, old.session_id)
    device = visit.request.headers.get("user-agent", "")
    opened = await desk.db.write(
        sessions.open_session, person, device=device, address=address_of(visit.request), now_us=visit.now_us
    )
    response = visit.redirect(to)
    desk.set_cookie(response, desk.session_cookie, opened.token, max_age_s=LONGEST_US // 1_000_000)
    return response


def let_out(desk: Desk, response: Response) -> Response:
    """The same answer, which makes the browser forget its session."""
    response.delete_cookie(desk.session_cookie, path="/", secure=desk.secure, httponly=True, samesite="lax")
    return response
