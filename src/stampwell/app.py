"""The composition root: settings become an `App`, and an `App` holds the ASGI application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as SiteRoute
from starlette.types import ASGIApp

from stampwell import __version__
from stampwell.api_docs.openapi import build_document
from stampwell.api_docs.openapi_webhooks import webhooks_of_events
from stampwell.api_docs.routes import docs_routes
from stampwell.api_docs.samples import SAMPLES
from stampwell.api_policy import EFFECT_ERRORS, POLICY_ERRORS, authorize, limit
from stampwell.assets.well_known import well_known_routes
from stampwell.core.clock import Clock, SystemClock
from stampwell.core.passwords import Passwords
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.dispatch import DashboardDispatcher
from stampwell.dashboard.missing import answer_nothing
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.site import TEMPLATES, dashboard_pages
from stampwell.db.database import Database
from stampwell.drawing.routes import TEMPLATES as CARD_TEMPLATES
from stampwell.drawing.routes import drawing_routes
from stampwell.features.cards.api import CardApi
from stampwell.features.cards.routes import card_routes
from stampwell.features.cards.schemas import CARD_SCHEMAS
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.images import service as images
from stampwell.features.keys.model import Principal
from stampwell.features.locations.api import LocationApi
from stampwell.features.locations.routes import location_routes
from stampwell.features.locations.schemas import LOCATION_SCHEMAS
from stampwell.features.stamps.api.handlers import StampApi
from stampwell.features.stamps.api.routes import stamp_routes
from stampwell.features.stamps.contract.schemas import STAMP_SCHEMAS
from stampwell.features.stamps.publishing import publish
from stampwell.features.webhooks.api import WebhookApi
from stampwell.features.webhooks.routes import webhook_routes
from stampwell.features.webhooks.schemas import WEBHOOK_SCHEMAS
from stampwell.http.dispatch import Dispatcher, Policy
from stampwell.http.route import Route
from stampwell.lifespan import lifespan
from stampwell.locales.languages import Languages
from stampwell.operations.health import Operations
from stampwell.operations.logs import configure_logs
from stampwell.operations.metrics import Metrics
from stampwell.operations.supervised import end_with_supervisor
from stampwell.operations.tls import Certificates
from stampwell.services import Services, make_services
from stampwell.settings import Settings, load_settings
from stampwell.stamp_page.deps import StampPageDeps, host_of
from stampwell.stamp_page.dispatch import StampPageDispatcher
from stampwell.stamp_page.miss_limiter import MissLimiter
from stampwell.stamp_page.page_cache import PageCache
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.signer import Signer
from stampwell.stamp_page.site import TEMPLATES as STAMP_TEMPLATES
from stampwell.stamp_page.site import stamp_pages
from stampwell.web.rendering import Templates
from stampwell.web.site import make_site

SCHEMAS = {**STAMP_SCHEMAS, **CARD_SCHEMAS, **LOCATION_SCHEMAS, **WEBHOOK_SCHEMAS}
"""What several endpoints answer."""


class Pages(NamedTuple):
    """Every route that is not the API's is in `site`, those of the dashboard and of the customer's page among them.

    missing: what browsers are shown of any other address.
    """

    dashboard: tuple[PageRoute, ...]
    customer: tuple[StampPageRoute, ...]
    site: tuple[SiteRoute, ...]
    missing: Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class App:
    """What a server process serves. `asgi` starts and ends what it needs through its lifespan.

    routes: of the API. site: every other route; those of `pages` and `stamp_pages` are among them.
    """

    db: Database
    metrics: Metrics
    routes: tuple[Route, ...]
    pages: tuple[PageRoute, ...]
    stamp_pages: tuple[StampPageRoute, ...]
    site: tuple[SiteRoute, ...]
    asgi: ASGIApp


def build(settings: Settings, *, clock: Clock | None = None, passwords: Passwords | None = None) -> App:
    """An App of those settings, nothing started yet. Raises PlansFileWrong."""
    services = make_services(settings, clock=clock or SystemClock(), passwords=passwords or Passwords())
    routes, dispatcher = _api(services)
    pages = _pages(services, routes)
    asgi = make_site(
        pages.site,
        api=dispatcher,
        nothing=answer_nothing(pages.missing, dispatcher),
        languages=services.languages,
        lifespan=partial(lifespan, services),
        own_hosts=settings.own_hosts,
        on_page=services.proxies.look,
    )
    return App(services.db, services.metrics, routes, pages.dashboard, pages.customer, pages.site, asgi)


def create_asgi() -> ASGIApp:
    """The application of this environment's settings, for an ASGI server to call."""
    settings = load_settings()
    configure_logs(settings.log_level)
    end_with_supervisor()
    return build(settings).asgi


def _api(services: Services) -> tuple[tuple[Route, ...], Dispatcher[Principal]]:
    """The endpoints, and what answers them."""
    db, batches, once = services.db, services.batches, Idempotency(services.db)
    stamps = StampApi(
        db,
        once=once,
        issuing=batches.issuing,
        marking=batches.marking,
        finding=batches.finding,
        drafts=services.drafts,
        secrets=services.secrets,
    )
    routes = (
        *stamp_routes(stamps, refusals=services.refusals),
        *card_routes(CardApi(db, once=once, passwords=services.passwords)),
        *location_routes(LocationApi(db, once=once)),
        *webhook_routes(WebhookApi(db, once=once, url_rule=services.url_rule, publish=partial(publish, limit=200))),
    )
    policy = Policy(
        authenticate=services.authenticator,
        limit=partial(limit, services.limiter),
        authorize=partial(authorize, services.plans),
        languages=services.languages,
        observe=services.metrics.observe_request,
        record=services.recorder.record,
        business_errors_as_200=_answers_200(services.settings),
    )
    return routes, Dispatcher(routes, policy=policy, clock=services.clock)


def _pages(services: Services, routes: tuple[Route, ...]) -> Pages:
    """All that is served besides the API, whose endpoints are `routes`: the documentation describes them."""
    db, settings = services.db, services.settings
    dashboard_deps, customer_deps = _dashboard_deps(services), _stamp_page_deps(services)
    dashboard, customer = dashboard_pages(dashboard_deps), stamp_pages(customer_deps)
    dashboard_dispatcher = DashboardDispatcher(dashboard_deps)
    build_docs = partial(
        build_document,
        routes,
        version=__version__,
        policy_errors=POLICY_ERRORS,
        effect_errors=EFFECT_ERRORS,
        schemas=SCHEMAS,
        samples=SAMPLES,
        webhooks=webhooks_of_events(),
        business_errors_as_200=_answers_200(settings),
    )
    site = (
        *StampPageDispatcher(customer_deps).routes(customer),
        *Operations(db, services.metrics, metrics_token=settings.metrics_token).routes(),
        *Certificates(db, instance_domains=settings.instance_domains).routes(),
        *services.assets.routes(),
        *well_known_routes(),
        *drawing_routes(lambda handle: db.read(images.find, handle)),
        *docs_routes(build_docs, assets=services.assets, clock=services.clock),
        *dashboard_dispatcher.routes(dashboard),
    )
    return Pages(dashboard, customer, site, dashboard_dispatcher.missing())


def _dashboard_deps(services: Services) -> DashboardDeps:
    settings = services.settings
    return DashboardDeps(
        db=services.db,
        clock=services.clock,
        languages=services.languages,
        assets=services.assets,
        templates=Templates([TEMPLATES, CARD_TEMPLATES], assets=services.assets),
        plans=services.plans,
        passwords=services.passwords,
        refusals=services.refusals,
        pictures=services.pictures,
        file_reading=services.file_reading,
        limiter=services.limiter,
        drafts=services.drafts,
        checker=services.checker,
        mailer=services.mailer,
        proxies=services.proxies,
        dashboard_url=settings.dashboard_url or "",
        default_domain=settings.default_domain,
        instance_domains=settings.instance_domains,
        url_rule=services.url_rule,
    )


def _stamp_page_deps(services: Services) -> StampPageDeps:
    settings, metrics = services.settings, services.metrics
    return StampPageDeps(
        db=services.db,
        clock=services.clock,
        languages=Languages("stamp_page"),
        assets=services.assets,
        templates=Templates([STAMP_TEMPLATES, CARD_TEMPLATES], assets=services.assets),
        passwords=services.passwords,
        secrets=services.secrets,
        refusals=services.refusals,
        finding=services.batches.showing,
        miss_limiter=MissLimiter(on_miss=metrics.count_stamp_miss, on_refusal=metrics.count_stamp_guess),
        signer=Signer(services.db),
        watchers=services.watchers,
        page_cache=PageCache(),
        default_domain=settings.default_domain,
        dashboard_url=settings.dashboard_url or "",
        own_hosts=frozenset({host_of(settings.dashboard_url)} if settings.dashboard_url else ()),
    )


def _answers_200(settings: Settings) -> bool:
    """Whether refusals of the API are sent with status 200."""
    return settings.error_status == "200"
