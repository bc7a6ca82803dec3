"""What every page of the dashboard may need: the parts that app.py puts together."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from starlette.responses import Response

from stampwell.core.passwords import Passwords
from stampwell.core.phrases import Language
from stampwell.core.threads import BoundedThreads
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.images.reencoding import Pictures
from stampwell.features.people.signed_in import csrf_of, session_cookie
from stampwell.features.plans.model import PlanTable
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.features.webhooks.rules import UrlRule
from stampwell.mail.mailer import Mailer
from stampwell.web.cookies import set_cookie
from stampwell.web.deps import PageDeps
from stampwell.web.proxies import ProxyWatch


@dataclass(frozen=True, slots=True)
class DashboardDeps(PageDeps):
    """dashboard_url: the operator's setting, an origin, or blank. mailer: None when e-mail cannot be sent. file_reading: turns
    to have a whole file in memory. url_rule: what the address of a webhook must be.
    """

    plans: PlanTable
    passwords: Passwords
    refusals: RefusalRecorder
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
    url_rule: UrlRule

    @property
    def secure(self) -> bool:
        """Whether browsers reach the dashboard by https, so that cookies may be kept to it."""
        return self.dashboard_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        return session_cookie(secure=self.secure)

    @property
    def browser_cookie(self) -> str:
        """The name of the cookie by which a browser is known that somebody signed in with before."""
        return "__Host-stampwell-browser" if self.secure else "stampwell_browser"

    def language_of(self, tag: str, accept_language: bytes | None) -> Language:
        """That language, or for a blank tag the one the browser asks for."""
        return self.languages(tag.encode() if tag else accept_language)

    def csrf_of(self, token: str, account_id: int) -> str:
        return csrf_of(token, account_id)

    def set_cookie(self, response: Response, name: str, value: str, *, max_age_s: int) -> None:
        """A cookie for all of this host: prefixed names ask for it."""
        set_cookie(response, name, value, max_age_s=max_age_s, path="/", secure=self.secure)
