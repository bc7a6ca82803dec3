"""Who is signed in with this browser: for every surface that is sent the session's cookie."""

from stampwell.core.signing import keyed_digest
from stampwell.db.database import Database
from stampwell.features.people import sessions
from stampwell.features.people.model import Viewer


def session_cookie(*, secure: bool) -> str:
    """Its name: with the prefix, browsers take it over https from this very host only."""
    return "__Host-stampwell" if secure else "stampwell"


def csrf_of(token: str, account_id: int) -> str:
    """What the forms of that session carry while it shows that account: a form of another shop's page, still open in another
    tab, does nothing in this one. Empty when nobody is signed in.
    """
    return keyed_digest(token.encode(), f"csrf {account_id}".encode()).hex() if token else ""


async def find_signed_in(db: Database, token: str, *, now_us: int) -> Viewer | None:
    """Whose token it is, in the account that the session shows, which counts as used now; None where it has ended."""
    if not token:
        return None
    viewer = await db.read(sessions.find_viewer, token, now_us=now_us)
    if viewer is not None and sessions.needs_touch(viewer.session, now_us=now_us):
        await db.write(sessions.touch, viewer.session, now_us=now_us)
    return viewer
