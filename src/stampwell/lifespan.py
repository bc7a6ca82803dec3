"""What runs beside the requests of a server process, from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from stampwell.api_policy import require_known_plans
from stampwell.core.units import SECOND_US
from stampwell.db.opening import open_database
from stampwell.db.revision import require_head
from stampwell.features.imports.runner import Runner
from stampwell.features.webhooks.outcomes import Ended
from stampwell.operations.stopping import on_stop
from stampwell.outbound_services import webhook_client
from stampwell.services import Services
from stampwell.workers.busy import BusyMeter
from stampwell.workers.deliveries import Told, deliver_forever
from stampwell.workers.domains import check_domains_forever
from stampwell.workers.expiry import tell_ends_forever
from stampwell.workers.imports import import_forever
from stampwell.workers.live_updates import watch_forever
from stampwell.workers.projection import project_forever
from stampwell.workers.proof import prove_forever
from stampwell.workers.prune import prune_forever
from stampwell.workers.publishing import publish_forever
from stampwell.workers.refusals import write_refusals_forever
from stampwell.workers.request_log import write_requests_forever
from stampwell.workers.upgrade import upgrade_stamps


@asynccontextmanager
async def lifespan(services: Services, _app: object) -> AsyncIterator[None]:
    """Starts what runs beside the requests. Whatever was started is ended, in the opposite order, also when the rest of the
    start fails.
    """
    db, clock, settings, metrics = services.db, services.clock, services.settings, services.metrics
    importer = Runner(db, clock=clock, plans=services.plans, drafts=services.drafts)
    client, busy = webhook_client(settings), BusyMeter()
    open_own = partial(open_database, settings.database_url, connections=1, prepare=settings.database_prepare)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(db.close)
        await db.start()
        await db.read(require_head)
        await db.read(require_known_plans, plans=services.plans)
        ending.push_async_callback(services.recorder.close)
        ending.push_async_callback(services.refusals.close)
        ending.push_async_callback(services.limiter.close)
        ending.push_async_callback(services.authenticator.drain)
        ending.callback(services.passwords.close)
        if services.mailer is not None:
            ending.push_async_callback(services.mailer.close)
        ending.callback(client.close)
        ending.callback(services.pictures.close)
        ending.callback(services.file_reading.close)
        for one in services.batches:
            ending.push_async_callback(one.drain)
        for work in (
            write_requests_forever(services.recorder),
            write_refusals_forever(services.refusals),
            check_domains_forever(db, checker=services.checker, clock=clock),
            publish_forever(db, busy=busy),
            deliver_forever(db, client=client, clock=clock, busy=busy, told=_told_of_deliveries(services)),
            tell_ends_forever(db, clock=clock),
            project_forever(db),
            upgrade_stamps(db),
            import_forever(db, runner=importer, clock=clock),
            watch_forever(services.watchers.look),
            prune_forever(db, clock=clock, keep_days=settings.outbox_days),
            prove_forever(db, open_own=open_own, clock=clock, on_proved=metrics.observe_proof),
        ):
            ending.push_async_callback(_end, asyncio.create_task(work))
        ending.enter_context(on_stop(services.watchers.stop))
        yield


def _told_of_deliveries(services: Services) -> Told:
    metrics, clock = services.metrics, services.clock

    def attempt(ended: Ended) -> None:
        metrics.observe_delivery(ended.delivery.webhook_id, success=ended.is_success, seconds=ended.milliseconds / 1000)

    def due(since_us: Mapping[int, int]) -> None:
        now_us = clock.now_us()
        metrics.observe_due({number: (now_us - instant) / SECOND_US for number, instant in since_us.items()})

    return Told(attempt, due, lambda notice: services.alarms.webhook_trouble(notice.webhook))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
