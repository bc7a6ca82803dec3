"""What the surfaces of a server process share, made of its settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from stampwell.assets.served import Assets
from stampwell.core.clock import Clock, WatchedClock
from stampwell.core.passwords import Passwords
from stampwell.core.stamp_refs import StampRef
from stampwell.core.threads import BoundedThreads
from stampwell.dashboard.people.alarms import OwnerAlarms
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.images.reencoding import Pictures
from stampwell.features.keys.authentication import Authenticator
from stampwell.features.plans.model import PlanTable
from stampwell.features.plans.table import load_plans
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.request_log.recorder import Recorder
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.finding import find_stamps
from stampwell.features.stamps.issuing import issuing_batches
from stampwell.features.stamps.marking import marking_batches
from stampwell.features.stamps.pins import find_shown
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.features.stamps.shared_secrets import SharedSecrets
from stampwell.features.webhooks.rules import UrlRule
from stampwell.locales.languages import Languages
from stampwell.mail.mailer import Mailer
from stampwell.operations.metrics import Metrics
from stampwell.outbound_services import domain_checker, make_mailer, webhook_url_rule
from stampwell.settings import Settings
from stampwell.stamp_page.live_updates import Watchers
from stampwell.web.proxies import ProxyWatch


class Batching(NamedTuple):
    """What goes into the database in batches."""

    issuing: Batches[IdempotentRequest, Any]
    marking: Batches[IdempotentRequest, Any]
    finding: Batches[tuple[int, StampRef], Any]
    showing: Batches[str, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """What the surfaces of a server process share. mailer: None when e-mail cannot be sent. file_reading: turns to have a
    whole file in memory. url_rule: what the address of a webhook must be.
    """

    settings: Settings
    clock: WatchedClock
    db: Database
    plans: PlanTable
    metrics: Metrics
    limiter: RateLimiter
    authenticator: Authenticator
    recorder: Recorder
    batches: Batching
    languages: Languages
    assets: Assets
    passwords: Passwords
    secrets: SharedSecrets
    refusals: RefusalRecorder
    drafts: Drafts
    pictures: Pictures
    file_reading: BoundedThreads
    checker: DomainChecker
    mailer: Mailer | None
    alarms: OwnerAlarms
    watchers: Watchers
    proxies: ProxyWatch
    url_rule: UrlRule


def make_services(settings: Settings, *, clock: Clock, passwords: Passwords) -> Services:
    """Nothing of it is started yet. Raises PlansFileWrong."""
    watched = WatchedClock(clock)
    db = open_database(settings.database_url, connections=settings.database_connections, prepare=settings.database_prepare)
    plans, metrics, languages, mailer = load_plans(settings.plans_file), Metrics(), Languages(), make_mailer(settings)
    alarms = OwnerAlarms(db, mailer=mailer, languages=languages, dashboard_url=settings.dashboard_url or "")
    return Services(
        settings=settings,
        clock=watched,
        db=db,
        plans=plans,
        metrics=metrics,
        limiter=RateLimiter(redis_url=settings.redis_url, on_fault=metrics.count_ratelimit_fault),
        authenticator=Authenticator(db, plans=plans, clock=watched),
        recorder=Recorder(db, on_dropped=metrics.count_unrecorded_request),
        batches=Batching(
            issuing=issuing_batches(db, on_batch=metrics.observe_batch),
            marking=marking_batches(db),
            finding=_reading_batches(db, find_stamps),
            showing=_reading_batches(db, find_shown),
        ),
        languages=languages,
        assets=Assets(),
        passwords=passwords,
        secrets=SharedSecrets(db, passwords=passwords, on_many_wrong=alarms.many_wrong),
        refusals=RefusalRecorder(db),
        drafts=Drafts(plans=plans, default_domain=settings.default_domain, instance_domains=settings.instance_domains),
        pictures=Pictures(),
        file_reading=BoundedThreads("file-reading", at_once=1, most_waiting=8),
        checker=domain_checker(settings),
        mailer=mailer,
        alarms=alarms,
        watchers=Watchers(db, clock=watched, default_domain=settings.default_domain),
        proxies=ProxyWatch(),
        url_rule=webhook_url_rule(settings),
    )


def _reading_batches(db: Database, work: Callable[[Tx, Sequence[Any]], list[Any]]) -> Batches[Any, Any]:
    # On PostgreSQL beginning and ending a read costs two messages, which fewer, larger batches pay less often.
    return Batches(db.read, work, overlaps=db.dialect == "sqlite")
