"""What every handler of the customer's page may need: the parts that app.py puts together."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import urlsplit

from stampwell.core.passwords import Passwords
from stampwell.db.batching import Batches
from stampwell.features.people.signed_in import session_cookie
from stampwell.features.stamps.model import Shown
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.features.stamps.shared_secrets import SharedSecrets
from stampwell.stamp_page.live_updates import Watchers
from stampwell.stamp_page.look import Look
from stampwell.stamp_page.miss_limiter import MissLimiter
from stampwell.stamp_page.page_cache import PageCache
from stampwell.stamp_page.signer import Signer
from stampwell.web.deps import PageDeps


@dataclass(frozen=True, slots=True)
class StampPageDeps(PageDeps):
    """finding: stamps by code, in batches. own_hosts: hosts that show every stamp, whatever domain its link is on.

    page_cache: by look, language, and the location that the phone remembers. dashboard_url: the operator's setting,
    an origin, or blank.
    """

    passwords: Passwords
    secrets: SharedSecrets
    refusals: RefusalRecorder
    finding: Batches[str, Shown]
    miss_limiter: MissLimiter
    signer: Signer
    watchers: Watchers
    page_cache: PageCache[tuple[Look, str, int | None]]
    default_domain: str
    dashboard_url: str
    own_hosts: AbstractSet[str]

    @property
    def session_cookie(self) -> str:
        """The name of the dashboard's cookie, which browsers send to this page where both are on one host."""
        return session_cookie(secure=self.dashboard_url.startswith("https://"))


def host_of(origin: str) -> str:
    """Host and port as a browser's Host header has them for a canonical origin."""
    return urlsplit(origin).netloc
