"""The composition root: settings become an `App`, and an `App` holds the ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from starlette.routing import Route as SiteRoute
from starlette.types import ASGIApp

from stampwell import __version__
from stampwell.api_docs.openapi import build_document
from stampwell.api_docs.routes import docs_routes
from stampwell.api_docs.samples import SAMPLES
from stampwell.api_policy import EFFECT_ERRORS, POLICY_ERRORS, authorize, limit, require_known_plans
from stampwell.assets.served import Assets
from stampwell.core.clock import Clock, SystemClock, WatchedClock
from stampwell.core.passwords import Passwords
from stampwell.core.threads import BoundedThreads
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.dispatch import DashboardDispatcher
from stampwell.dashboard.people.alarms import OwnerAlarms
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.site import TEMPLATES, dashboard_pages
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.db.revision import require_head
from stampwell.drawing.routes import TEMPLATES as CARD_TEMPLATES
from stampwell.drawing.routes import drawing_routes
from stampwell.features.cards.api import CardApi
from stampwell.features.cards.routes import card_routes
from stampwell.features.cards.schemas import CARD_SCHEMAS
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.images import service as images
from stampwell.features.images.reencoding import Pictures
from stampwell.features.imports.running import Runner
from stampwell.features.keys.authentication import Authenticator
from stampwell.features.plans.model import PlanTable
from stampwell.features.plans.table import load_plans
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.request_log.recorder import Recorder
from stampwell.features.stamps.api.handlers import StampApi
from stampwell.features.stamps.api.routes import stamp_routes
from stampwell.features.stamps.contract.schemas import STAMP_SCHEMAS
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.issuing import issuing_batches
from stampwell.features.stamps.marking import marking_batches
from stampwell.features.stamps.pins import find_shown
from stampwell.features.stamps.service import find_stamps
from stampwell.features.stamps.shared_secrets import SharedSecrets
from stampwell.http.dispatch import Dispatcher, Policy
from stampwell.http.route import Route
from stampwell.locales.languages import Languages
from stampwell.operations.health import Operations
from stampwell.operations.logs import configure_logs
from stampwell.operations.metrics import Metrics
from stampwell.operations.stopping import told_of_stop
from stampwell.operations.supervised import end_with_supervisor
from stampwell.operations.tls import Certificates
from stampwell.outbound import domain_checker, make_mailer
from stampwell.settings import Settings, load_settings
from stampwell.stamp_page.deps import StampPageDeps, host_of
from stampwell.stamp_page.dispatch import StampPageDispatcher
from stampwell.stamp_page.live_updates import Watchers
from stampwell.stamp_page.miss_limiter import MissLimiter
from stampwell.stamp_page.page_cache import PageCache
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.signer import Signer
from stampwell.stamp_page.site import TEMPLATES as STAMP_TEMPLATES
from stampwell.stamp_page.site import stamp_pages
from stampwell.web.proxies import ProxyWatch
from stampwell.web.rendering import Templates
from stampwell.web.site import make_site
from stampwell.workers.domains import check_domains_forever
from stampwell.workers.imports import import_forever
from stampwell.workers.live_updates import watch_forever
from stampwell.workers.projection import project_forever
from stampwell.workers.proof import prove_forever
from stampwell.workers.prune import prune_forever
from stampwell.workers.request_log import write_requests_forever
from stampwell.workers.upgrade import upgrade_stamps

SCHEMAS = {**STAMP_SCHEMAS, **CARD_SCHEMAS}
"""What several endpoints answer."""


class Batching(NamedTuple):
    """What goes into the database in batches."""

    issuing: Batches[IdempotentRequest, Any]
    marking: Batches[IdempotentRequest, Any]
    finding: Batches[tuple[int, int | str], Any]
    showing: Batches[str, Any]


@dataclass(frozen=True, slots=True)
class App:
    """Everything a server process holds. `asgi` runs the rest through its lifespan.

    routes: of the API. site: every other route; those of `pages` and `stamp_pages` are among them.
    """

    settings: Settings
    clock: Clock
    db: Database
    plans: PlanTable
    metrics: Metrics
    limiter: RateLimiter
    authenticator: Authenticator
    recorder: Recorder
    batches: Batching
    routes: tuple[Route, ...]
    pages: tuple[PageRoute, ...]
    stamp_pages: tuple[StampPageRoute, ...]
    site: tuple[SiteRoute, ...]
    asgi: ASGIApp


def build(settings: Settings, *, clock: Clock | None = None, passwords: Passwords | None = None) -> App:
    """An App of those settings, nothing started yet. Raises PlansFileWrong."""
    clock = WatchedClock(clock or SystemClock())
    db = open_database(settings.database_url, connections=settings.database_connections, prepare=settings.database_prepare)
    plans = load_plans(settings.plans_file)
    metrics = Metrics()
    limiter = RateLimiter(redis_url=settings.redis_url, on_fault=metrics.count_ratelimit_fault)
    authenticator = Authenticator(db, plans=plans, clock=clock)
    recorder = Recorder(db, on_dropped=metrics.count_unrecorded_request)
    batches = Batching(
        issuing_batches(db, on_batch=metrics.observe_batch),
        marking_batches(db),
        _reading_batches(db, find_stamps),
        _reading_batches(db, find_shown),
    )
    passwords, pictures = passwords or Passwords(), Pictures()
    once, languages, mailer = Idempotency(db), Languages(), make_mailer(settings)
    alarms = OwnerAlarms(db, mailer=mailer, languages=languages, dashboard_url=settings.dashboard_url or "")
    secrets = SharedSecrets(db, passwords=passwords, on_many_wrong=alarms.many_wrong)
    drafts = Drafts(plans=plans, default_domain=settings.default_domain, instance_domains=settings.instance_domains)
    stamps = StampApi(
        db,
        once=once,
        issuing=batches.issuing,
        marking=batches.marking,
        finding=batches.finding,
        drafts=drafts,
        secrets=secrets,
    )
    routes = (*stamp_routes(stamps), *card_routes(CardApi(db, once=once, passwords=passwords)))
    open_own = partial(open_database, settings.database_url, connections=1, prepare=settings.database_prepare)
    policy = Policy(
        authenticate=authenticator,
        limit=partial(limit, limiter),
        authorize=partial(authorize, plans),
        languages=languages,
        observe=metrics.observe_request,
        record=recorder.record,
        business_errors_as_200=settings.error_status == "200",
    )
    dispatcher = Dispatcher(routes, policy=policy, clock=clock)
    operations = Operations(db, metrics, metrics_token=settings.metrics_token)
    certificates = Certificates(db, instance_domains=settings.instance_domains)
    checker = domain_checker(settings)
    importer = Runner(db, clock=clock, plans=plans, drafts=drafts)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        # Whatever was started is ended, in the opposite order, also when the rest of the start fails.
        async with AsyncExitStack() as ending:
            ending.push_async_callback(db.close)
            await db.start()
            await db.read(require_head)
            await db.read(require_known_plans, plans=plans)
            ending.push_async_callback(recorder.close)
            ending.push_async_callback(limiter.close)
            ending.push_async_callback(authenticator.drain)
            ending.callback(passwords.close)
            if mailer is not None:
                ending.push_async_callback(mailer.close)
            ending.callback(pictures.close)
            ending.callback(deps.file_reading.close)
            for one in batches:
                ending.push_async_callback(one.drain)
            for work in (
                write_requests_forever(recorder),
                check_domains_forever(db, checker=checker, clock=clock),
                project_forever(db),
                upgrade_stamps(db),
                import_forever(db, runner=importer, clock=clock),
                watch_forever(page_deps.watchers.look),
                prune_forever(db, clock=clock, keep_days=settings.outbox_days),
                prove_forever(db, open_own=open_own, clock=clock, on_proved=metrics.observe_proof),
            ):
                ending.push_async_callback(_end, asyncio.create_task(work))
            ending.enter_context(told_of_stop(page_deps.watchers.stop))
            yield

    assets = Assets()
    deps = DashboardDeps(
        db=db,
        clock=clock,
        plans=plans,
        languages=languages,
        assets=assets,
        templates=Templates([TEMPLATES, CARD_TEMPLATES], assets=assets),
        passwords=passwords,
        secrets=secrets,
        pictures=pictures,
        file_reading=BoundedThreads("file-reading", at_once=1, most_waiting=8),
        limiter=limiter,
        drafts=drafts,
        checker=checker,
        mailer=mailer,
        proxies=ProxyWatch(),
        dashboard_url=settings.dashboard_url or "",
        default_domain=settings.default_domain,
        instance_domains=settings.instance_domains,
    )
    dashboard = dashboard_pages(deps)
    page_deps = _page_deps(
        settings, db=db, clock=clock, assets=assets, passwords=passwords, secrets=secrets, metrics=metrics, batches=batches
    )
    customer = stamp_pages(page_deps)
    build_docs = partial(
        build_document,
        routes,
        version=__version__,
        policy_errors=POLICY_ERRORS,
        effect_errors=EFFECT_ERRORS,
        schemas=SCHEMAS,
        samples=SAMPLES,
        business_errors_as_200=policy.business_errors_as_200,
    )
    site = (
        *StampPageDispatcher(page_deps).routes(customer),
        *operations.routes(),
        *certificates.routes(),
        *assets.routes(),
        *drawing_routes(lambda handle: db.read(images.find, handle)),
        *docs_routes(build_docs, assets=assets),
        *DashboardDispatcher(deps).routes(dashboard),
    )
    look = deps.proxies.look
    asgi = make_site(site, api=dispatcher, languages=languages, lifespan=lifespan, own_hosts=settings.own_hosts, on_page=look)
    return App(
        settings, clock, db, plans, metrics, limiter, authenticator, recorder, batches, routes, dashboard, customer, site, asgi
    )


def _reading_batches(db: Database, work: Callable[[Tx, Sequence[Any]], list[Any]]) -> Batches[Any, Any]:
    # On PostgreSQL beginning and ending a read costs two messages, which fewer, larger batches pay less often.
    return Batches(db.read, work, overlaps=db.dialect == "sqlite")


def create_asgi() -> ASGIApp:
    """The application of this environment's settings, for an ASGI server to call."""
    settings = load_settings()
    configure_logs(settings.log_level)
    end_with_supervisor()
    return build(settings).asgi


def _page_deps(
    settings: Settings,
    *,
    db: Database,
    clock: WatchedClock,
    assets: Assets,
    passwords: Passwords,
    secrets: SharedSecrets,
    metrics: Metrics,
    batches: Batching,
) -> StampPageDeps:
    """What the customer's page works with."""
    return StampPageDeps(
        db=db,
        clock=clock,
        languages=Languages("stamp_page"),
        assets=assets,
        templates=Templates([STAMP_TEMPLATES, CARD_TEMPLATES], assets=assets),
        passwords=passwords,
        secrets=secrets,
        finding=batches.showing,
        miss_limiter=MissLimiter(on_miss=metrics.count_stamp_miss, on_refusal=metrics.count_stamp_guess),
        signer=Signer(db),
        watchers=Watchers(db, clock=clock, default_domain=settings.default_domain),
        page_cache=PageCache(),
        default_domain=settings.default_domain,
        own_hosts=frozenset({host_of(settings.dashboard_url)} if settings.dashboard_url else ()),
    )


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
