"""Prometheus metrics, for one process or, when `serve` runs several, for all of them together."""

import os
from collections.abc import Mapping
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from stampwell.core.units import SECOND_US

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MULTIPROCESS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""Set by `serve` for several workers; the client library reads it when it is imported, so by the workers."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Everything that is counted, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "stampwell_http_requests",
            "API requests answered. Unknown paths have an empty route.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "stampwell_http_request_seconds",
            "Time from the request's headers to its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        # Looking a labelled metric up takes longer than counting; there are few combinations.
        self._of = lru_cache(maxsize=1024)(self._labelled)
        self._batch = Histogram(
            "stampwell_issue_batch_size",
            "Stamps issued by one commit.",
            buckets=_SIZES,
            registry=self.registry,
        )
        self._ratelimit_faults = Counter(
            "stampwell_ratelimit_faults",
            "Requests served without counting them, because Redis failed.",
            registry=self.registry,
        )
        self._unrecorded = Counter(
            "stampwell_request_log_dropped",
            "Requests that are missing in the log of requests, because the database did not take it in time.",
            registry=self.registry,
        )
        self._misses = Counter(
            "stampwell_stamp_page_misses",
            "Addresses of stamp pages asked for that no stamp has.",
            registry=self.registry,
        )
        self._guesses = Counter(
            "stampwell_stamp_page_throttled",
            "Requests for stamp pages that were not looked at, because too many from there found nothing.",
            registry=self.registry,
        )
        # Of several processes one proves the ledger; what it found last holds for all.
        self._differences = Gauge(
            "stampwell_ledger_differences",
            "Differences between stamps and their ledger that the last proof found; 0 before the first.",
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )
        self._proved_at = Gauge(
            "stampwell_ledger_proved_timestamp_seconds",
            "When the last proof of the ledger ended, in seconds since 1970; 0 before the first.",
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )

        self._deliveries = Counter(
            "stampwell_webhook_attempts",
            "Attempts to deliver an event, by webhook and whether the receiver took it.",
            ["webhook", "outcome"],
            registry=self.registry,
        )
        self._delivery_seconds = Histogram(
            "stampwell_webhook_attempt_seconds",
            "Time from sending an event to the receiver's answer.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._due_age = Gauge(
            "stampwell_webhook_oldest_due_seconds",
            "For how long the delivery that waits longest has been due, by webhook; 0 while none is.",
            ["webhook"],
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )
        self._due = frozenset[int]()

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """An answer was sent. An unknown method is not counted by its name, which anyone can invent."""
        count, time = self._of(route, method if method in _METHODS else "other", status)
        count.inc()
        time.observe(seconds)

    def observe_batch(self, size: int) -> None:
        self._batch.observe(size)

    def count_ratelimit_fault(self) -> None:
        self._ratelimit_faults.inc()

    def count_unrecorded_request(self) -> None:
        self._unrecorded.inc()

    def count_stamp_miss(self) -> None:
        self._misses.inc()

    def count_stamp_guess(self) -> None:
        self._guesses.inc()

    def observe_proof(self, differences: int, ended_us: int) -> None:
        """The ledger was proved, whole; `ended_us` in microseconds since 1970."""
        self._differences.set(differences)
        self._proved_at.set(ended_us / SECOND_US)

    def observe_delivery(self, webhook_id: int, *, success: bool, seconds: float) -> None:
        """An attempt to deliver an event ended."""
        self._deliveries.labels(str(webhook_id), "success" if success else "failure").inc()
        self._delivery_seconds.observe(seconds)

    def observe_due(self, ages_s: Mapping[int, float]) -> None:
        """For how many seconds anything has been due, by webhook; those left out have nothing due."""
        for webhook_id in self._due - ages_s.keys():
            self._due_age.labels(str(webhook_id)).set(0)
        for webhook_id, age_s in ages_s.items():
            self._due_age.labels(str(webhook_id)).set(age_s)
        self._due = frozenset(ages_s)

    def _labelled(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(route, method, str(status)), self._seconds.labels(route)

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        shared = MULTIPROCESS_DIRECTORY in os.environ
        return generate_latest(all_processes_registry() if shared else self.registry)


def all_processes_registry() -> CollectorRegistry:
    """What every worker of this `serve` counted, read from the directory they share."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
