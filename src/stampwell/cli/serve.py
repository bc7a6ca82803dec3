"""`stampwell serve`."""

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import prometheus_client
import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.importer import import_from_string
from uvicorn.supervisors.multiprocess import Multiprocess

from stampwell.cli.output import NO_DATABASE, REFUSED, WRONG_USE, AsJson, fail
from stampwell.cli.running import see_to_schema, settings_or_exit
from stampwell.cli.server_note import noted
from stampwell.core.errors import DatabaseUnavailable, OperatorError
from stampwell.core.ip_addresses import mapped_network
from stampwell.db.revision import WrongSchema
from stampwell.features.plans.table import PlansFileWrong, load_plans
from stampwell.operations.deadlines import timed_connections
from stampwell.operations.descriptors import warn_of_few_descriptors
from stampwell.operations.logs import configure_logs
from stampwell.operations.metrics import MULTIPROCESS_DIRECTORY, all_processes_registry
from stampwell.settings import PREFIX, Settings

# A request under way may take this long after SIGTERM; with the database's own closing it stays under ten seconds.
_GRACE_S = 7
# By name, and so loaded by whoever serves: every other command begins a third of a second sooner without it.
_BUILD = "stampwell.app:build"
_CREATE_ASGI = "stampwell.app:create_asgi"


def serve(
    *,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Server processes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Serve the API. A SQLite file that does not exist yet is created; logs are JSON, a line each."""
    # Worker processes read their settings from the environment too.
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[f"{PREFIX}{name}"] = str(value)
    settings = settings_or_exit(as_json=as_json)
    try:
        # Here as well as in every worker: a worker that cannot start would be started again and again.
        load_plans(settings.plans_file)
        see_to_schema(settings)
        started = _serve_alone(settings) if settings.workers == 1 else _serve_with_workers(settings)
    except SystemExit:
        # How uvicorn says that it could not take the port or that the application would not start.
        started = False
    except DatabaseUnavailable as error:
        fail(f"the database is unavailable: {error.cause}", status=NO_DATABASE, as_json=as_json)
    except WrongSchema as error:
        fail(str(error), status=NO_DATABASE, as_json=as_json)
    except (OperatorError, PlansFileWrong) as error:
        fail(str(error), status=WRONG_USE, as_json=as_json)
    if not started:
        fail("the server could not start; the log above says why", status=REFUSED, as_json=as_json)


def _serve_alone(settings: Settings) -> bool:
    configure_logs(settings.log_level)
    warn_of_few_descriptors()
    app = import_from_string(_BUILD)(settings)
    config = uvicorn.Config(app.asgi, **uvicorn_options(settings))
    sockets = [config.bind_socket()]
    if settings.metrics_port is not None:
        _serve_metrics(settings.metrics_port, app.metrics.registry)
    # uvicorn raises the signal again when it has stopped; a stop that was asked for is no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    server = uvicorn.Server(config)
    with noted(settings.database_url, sockets[0]):
        server.run(sockets)
    return server.started


def _serve_with_workers(settings: Settings) -> bool:
    configure_logs(settings.log_level)
    warn_of_few_descriptors()
    with tempfile.TemporaryDirectory(prefix="stampwell-metrics-") as directory:
        os.environ[MULTIPROCESS_DIRECTORY] = directory
        if settings.metrics_port is not None:
            _serve_metrics(settings.metrics_port, all_processes_registry())
        config = uvicorn.Config(_CREATE_ASGI, factory=True, workers=settings.workers, **uvicorn_options(settings))
        sockets = [config.bind_socket()]
        supervisor = Multiprocess(config, sockets)
        with noted(settings.database_url, sockets[0]):
            supervisor.run()
    return all(process.exitcode != STARTUP_FAILURE for process in supervisor.processes)


def _serve_metrics(port: int, registry: prometheus_client.CollectorRegistry) -> None:
    try:
        prometheus_client.start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        raise OperatorError(f"{PREFIX}METRICS_PORT: port {port} cannot be taken: {error.strerror}") from error


def _with_mapped(proxies: Sequence[str]) -> Iterator[str]:
    """Each network, and for an IPv4 one what its addresses look like to a server that listens on `::`."""
    for network in proxies:
        yield network
        mapped = mapped_network(network) if "/" in network else None
        if mapped is not None:
            yield mapped


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """What uvicorn is configured with, one process or several."""
    return {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop",
        "http": timed_connections(settings),
        "ws": "none",
        "log_config": None,
        "access_log": False,
        # Believed of nobody unless the operator names the proxies; given a list, uvicorn reads no variable of its own.
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": list(_with_mapped(settings.trusted_proxies)),
        "server_header": False,
        "timeout_keep_alive": settings.keep_alive_seconds,
        "timeout_graceful_shutdown": _GRACE_S,
    }
