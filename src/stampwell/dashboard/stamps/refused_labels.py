"""A refused try, in words: the commonest answer to "why only six?"."""

from collections.abc import Mapping

from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.dashboard.stamps.stamp_labels import HistoryLine, Names, said_by
from stampwell.features.stamps.refused.refused_model import RefusedTry

_REASONS: Mapping[str, Phrase] = {
    "too_soon": phrase("No stamp: too soon after the last one"),
    "daily_cap": phrase("No stamp: daily limit reached"),
    "no_room": phrase("No stamp: the card is full"),
    "has_next": phrase("No stamp: the next card has begun"),
    "inactive": phrase("Refused: the card was switched off"),
    "not_yet_valid": phrase("Refused: the card wasn't valid yet"),
    "expired": phrase("Refused: the card had expired"),
    "redeemed": phrase("Refused: the card was redeemed before"),
    "merged": phrase("Refused: the card was merged into another one"),
    "not_valid_here": phrase("Refused: not valid at this location"),
    "not_full": phrase("No reward: not enough stamps yet"),
    "given_before": phrase("No reward: it was redeemed before"),
    "wrong_password": phrase("Refused: wrong staff password"),
    "locked": phrase("Refused: too many wrong staff passwords"),
}
_TRIES = counted("tries", "{tries} try", "{tries} tries")


def refused_line(tried: RefusedTry, names: Names) -> HistoryLine:
    """As a line of the history, which moves nothing."""
    reason = _REASONS.get(tried.reason, Phrase(tried.reason, {}))
    return HistoryLine(
        event_id=0,
        said=(reason, phrase(_TRIES, tries=tried.tries)) if tried.tries > 1 else (reason,),
        by=said_by(tried, names),
        before=0,
        after=0,
        note="",
        where=(),
        sale="",
        next_stamp=None,
        merged=None,
        occurred_at=tried.tried_at,
        recorded_at=None,
        refused=True,
    )
