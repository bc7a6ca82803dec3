"""What every page of the dashboard may need: the parts that app.py puts together."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from starlette.responses import Response

from stampwell.assets.served import Assets
from stampwell.core.clock import WatchedClock
from stampwell.core.passwords import Passwords
from stampwell.core.phrases import Language
from stampwell.core.signing import keyed_digest
from stampwell.core.threads import BoundedThreads
from stampwell.db.database import Database
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.images.reencoding import Pictures
from stampwell.features.plans.model import PlanTable
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.shared_secrets import SharedSecrets
from stampwell.locales.languages import Languages
from stampwell.mail.mailer import Mailer
from stampwell.web.proxies import ProxyWatch
from stampwell.web.rendering import Templates


@dataclass(frozen=True, slots=True)
class DashboardDeps:
    """dashboard_url: the operator's setting, an origin, or blank. post: None when letters cannot be sent. file_reading: turns
    to have a whole file in memory.
    """

    db: Database
    clock: WatchedClock
    plans: PlanTable
    languages: Languages
    assets: Assets
    templates: Templates
    passwords: Passwords
    secrets: SharedSecrets
    pictures: Pictures
    file_reading: BoundedThreads
    limiter: RateLimiter
    drafts: Drafts
    checker: DomainChecker
    mailer: Mailer | None
    proxies: ProxyWatch
    dashboard_url: str
    default_domain: str
    instance_domains: AbstractSet[str]

    @property
    def secure(self) -> bool:
        """Whether browsers reach the dashboard by https, so that cookies may be kept to it."""
        return self.dashboard_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Its name: with the prefix, browsers take it over https from this very host only."""
        return "__Host-stampwell" if self.secure else "stampwell"

    @property
    def browser_cookie(self) -> str:
        """The name of the cookie by which a browser is known that somebody signed in with before."""
        return "__Host-stampwell-browser" if self.secure else "stampwell_browser"

    def language_of(self, tag: str, accept_language: bytes | None) -> Language:
        """That language, or for a blank tag the one the browser asks for."""
        return self.languages(tag.encode() if tag else accept_language)

    def csrf_of(self, token: str, account_id: int) -> str:
        """What the forms of that session carry while it shows that account: a form of another shop's page, still open in
        another tab, does nothing in this one. Empty when nobody is signed in.
        """
        return keyed_digest(token.encode(), f"csrf {account_id}".encode()).hex() if token else ""

    def set_cookie(self, response: Response, name: str, value: str, *, max_age_s: int, path: str = "/") -> None:
        """A cookie that scripts cannot read and other sites' forms do not send."""
        response.set_cookie(name, value, max_age=max_age_s, path=path, secure=self.secure, httponly=True, samesite="lax")
