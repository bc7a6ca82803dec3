"""Webhooks, their events and attempts, in words."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.webhooks.answer_words import reason_in_words
from stampwell.features.events.model import EventType, LoggedEvent
from stampwell.features.webhooks.model import LoggedAttempt, Webhook, is_success
from stampwell.features.webhooks.overview import ShownAttempt, Standing


class HealthChip(NamedTuple):
    """A word, and the tone of its chip."""

    word: Phrase
    tone: str


CHIPS = {
    Standing.WORKING: HealthChip(phrase("Working"), "leaf"),
    Standing.NOTHING_SENT: HealthChip(phrase("Nothing sent yet"), "plain"),
    Standing.FAILING: HealthChip(phrase("Failing"), "amber"),
    Standing.OFF: HealthChip(phrase("Off"), "plain"),
    Standing.STOPPED: HealthChip(phrase("Switched off after failing"), "seal"),
}
"""What a Standing is called."""

EVENTS: Mapping[str, Phrase] = {
    EventType.STAMP_ISSUED: phrase("A card was issued"),
    EventType.STAMP_ADDED: phrase("Stamps were added to a card"),
    EventType.STAMP_REMOVED: phrase("Stamps were removed from a card"),
    EventType.STAMP_FULL: phrase("A card is full"),
    EventType.STAMP_REWARD_REDEEMED: phrase("A reward on the way was redeemed"),
    EventType.STAMP_REDEEMED: phrase("A full card was redeemed"),
    EventType.STAMP_UPDATED: phrase("A card was changed"),
    EventType.STAMP_RETURNED: phrase("A reward is owed again after a refund"),
    EventType.STAMP_REVERSED: phrase("A refund removed stamps"),
    EventType.STAMP_MERGED: phrase("Two cards were merged"),
    EventType.STAMP_EXPIRING: phrase("A card expires in 7 days"),
    EventType.STAMP_EXPIRED: phrase("A card has expired"),
    EventType.STAMP_DELETED: phrase("A card was deleted"),
    EventType.CARD_UPDATED: phrase("A card design was changed"),
    EventType.WEBHOOK_FAILING: phrase("A webhook is failing"),
    EventType.WEBHOOK_DISABLED: phrase("A webhook was switched off after failing"),
    EventType.WEBHOOK_TEST: phrase("Test"),
}
"""Types of events, in the order in which a form offers them."""


class AttemptRow(NamedTuple):
    """An attempt as its table shows it.

    event_id: 0 for an event that is no longer kept. place: where what it tells of can be seen, or blank; subject: the name
    of its card design, and code: the end of the card's code. problem: why it failed; None for a success or if unknown.
    """

    event_id: int
    said: Phrase
    place: str
    subject: str
    code: str
    started_at: int
    milliseconds: int
    result: Phrase
    is_success: bool
    problem: Phrase | None
    next: Phrase | None
    next_at: int | None


def name_of(webhook: Webhook) -> str:
    """What a webhook is called: its description, or else the host of its address."""
    return webhook.description or urlsplit(webhook.url).netloc


def events_said(types: Iterable[str]) -> list[Phrase]:
    """In the order of EVENTS."""
    chosen = set(types)
    return [said for kind, said in EVENTS.items() if kind in chosen]


def row_of(shown: ShownAttempt, *, now_us: int) -> AttemptRow:
    attempt, event = shown
    success = is_success(attempt.status)
    place, subject, code = ("", "", "") if event is None else _place_of(event)
    is_last = not success and attempt.next_at is None
    return AttemptRow(
        event_id=0 if event is None else event.event_id,
        said=phrase("An event that is no longer kept") if event is None else EVENTS[event.type],
        place=place,
        subject=subject,
        code=code,
        started_at=attempt.started_at,
        milliseconds=attempt.milliseconds,
        result=phrase("No answer") if attempt.status is None else phrase("{value}", value=str(attempt.status)),
        is_success=success,
        problem=_reason(attempt),
        next=phrase("none, this was the last try") if is_last else None,
        next_at=attempt.next_at if attempt.next_at is not None and attempt.next_at > now_us else None,
    )


def _reason(attempt: LoggedAttempt) -> Phrase | None:
    """An answer is in the receiver's own words; why there was none, in ours."""
    if is_success(attempt.status) or not attempt.answer:
        return None
    if attempt.status is None:
        return reason_in_words(attempt.answer)
    return phrase("{value}", value=attempt.answer)


def _place_of(event: LoggedEvent) -> tuple[str, str, str]:
    if not event.stamp_id:
        return (f"/dashboard/cards/{event.card_id}", f"#{event.card_id}", "") if event.card_id else ("", "", "")
    stamp: Mapping[str, Any] = json.loads(event.data)["stamp"]
    place = "" if event.type == EventType.STAMP_DELETED else f"/dashboard/stamps/{event.stamp_id}"
    return place, stamp["cardNm"], f"…{stamp['code'][-4:]}"
