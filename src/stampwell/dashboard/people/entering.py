"""Signing in and out: a fresh session each time, and back to where somebody wanted to go."""

import re

from starlette.responses import Response

from stampwell.dashboard.desk import Desk
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.model import By, Entry
from stampwell.features.audit.service import record
from stampwell.features.people import sessions
from stampwell.features.people.model import Person
from stampwell.features.people.sessions import LONGEST_US, Opened
from stampwell.web.client import client_address

HOME = "/dashboard"
SIGN_IN = "/dashboard/sign-in"
SIGNED_IN = "person.signed-in"

# A path of ours and nothing that a browser would take for another host's.
_OURS = re.compile(r"/dashboard(/[A-Za-z0-9_./-]*)?(\?[A-Za-z0-9_.=&%+-]*)?")
LONGEST_NEXT = 1000
"""Characters of an address that is come back to after signing in."""


def path_after(wanted: str) -> str:
    """The page to go to after signing in: the one that was wanted, if it is one of the dashboard's."""
    if len(wanted) <= LONGEST_NEXT and _OURS.fullmatch(wanted) and ".." not in wanted and "//" not in wanted:
        return wanted
    return HOME


async def let_in(visit: Visit, person: Person, *, to: str, action: str = "") -> Response:
    """Answers with a new session's cookie; the browser's old session, whosever it was, ends.

    action: as what it is written down, where what led here was not.
    """
    desk, old = visit.desk, None if visit.viewer is None else visit.viewer.session
    device, address = visit.request.headers.get("user-agent", ""), client_address(visit.request)

    def unit(tx: Tx) -> Opened:
        if old is not None:
            sessions.end_session(tx, old.account_id, old.person_id, old.session_id)
        if action:
            by = By("person", person.person_id, person.name, "dashboard")
            record(tx, Entry(person.account_id, by, action, person.person_id, person.name, visit.now_us))
        return sessions.open_session(tx, person, device=device, address=address, now_us=visit.now_us)

    opened = await desk.db.write(unit)
    response = visit.redirect(to)
    desk.set_cookie(response, desk.session_cookie, opened.token, max_age_s=LONGEST_US // 1_000_000)
    return response


def let_out(desk: Desk, response: Response) -> Response:
    """The same answer, which makes the browser forget its session."""
    response.delete_cookie(desk.session_cookie, path="/", secure=desk.secure, httponly=True, samesite="lax")
    return response
