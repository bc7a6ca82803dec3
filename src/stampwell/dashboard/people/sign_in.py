"""Signing in and out: a fresh session each time, and back to where somebody wanted to go."""

import re

from starlette.responses import Response

from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.core.units import SECOND_US
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.features.people import known_browsers, sign_ins
from stampwell.features.people.model import Member
from stampwell.features.people.sessions import LONGEST_US
from stampwell.web.client import client_address
from stampwell.web.cookies import read_cookie

HOME = "/dashboard"
SIGN_IN = "/dashboard/sign-in"

# A path of ours and nothing that a browser would take for another host's.
_OURS = re.compile(r"(/dashboard(?:/[A-Za-z0-9_./-]*)?|/stamp/[0-9A-Z]{16})(?:\?[A-Za-z0-9_.=&%+:/@,~-]*)?")
LONGEST_NEXT = 1000
"""Characters of an address that is come back to after signing in."""


def path_after(wanted: str) -> str:
    """The page to go to after signing in: the one that was wanted, if it is one of the dashboard's, or a customer's card."""
    ours = _OURS.fullmatch(wanted) if len(wanted) <= LONGEST_NEXT else None
    return wanted if ours is not None and ".." not in ours[1] and "//" not in ours[1] else HOME


async def let_in(
    context: DashboardContext, person: Member, *, to: str, recorded: bool = False, wrong_tries: int = 0
) -> Response:
    """Answers with a new session's cookie; the browser's old session, whosever it was, ends, and the browser is known.

    recorded: whether the audit log has what led here already. wrong_tries: that the person is told of.
    """
    deps = context.deps
    signed_in = await deps.db.write(
        sign_ins.sign_in,
        person,
        replaced=None if context.viewer is None else context.viewer.session,
        cookie=read_cookie(context.request, deps.browser_cookie) or "",
        device=context.request.headers.get("user-agent", ""),
        address=client_address(context.request),
        recorded=recorded,
        now_us=context.now_us,
    )
    token = signed_in.opened.token
    response = context.redirect(to)
    deps.set_cookie(response, deps.session_cookie, token, max_age_s=LONGEST_US // SECOND_US)
    deps.set_cookie(response, deps.browser_cookie, signed_in.browser, max_age_s=known_browsers.REMEMBERED_S)
    if wrong_tries:
        context.set_flash(response, _told(wrong_tries), token=token)
    return response


def _told(wrong_tries: int) -> Phrase:
    return phrase(
        counted(
            "count",
            "Since you last signed in, someone entered a wrong password {count} time. If it wasn't you, choose a long new "
            "password under your name.",
            "Since you last signed in, someone entered a wrong password {count} times. If it wasn't you, choose a long new "
            "password under your name.",
        ),
        count=wrong_tries,
    )


def let_out(deps: DashboardDeps, response: Response) -> Response:
    """The same answer, which makes the browser forget its session."""
    response.delete_cookie(deps.session_cookie, path="/", secure=deps.secure, httponly=True, samesite="lax")
    return response
