"""What the API says to developers, in words for the people of a shop."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from stampwell.core.day_words import with_days_in_words
from stampwell.core.errors import AppError, DatabaseUnavailable, TooBusy
from stampwell.core.phrases import Template, Translate, counted, say, translatable
from stampwell.dashboard.field_words import problem_in_words
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.stamps import errors as stamps
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound

_FOR_PEOPLE: Mapping[type[AppError], Template] = MappingProxyType(
    {
        TooBusy: translatable("The server is busy right now. Nothing was saved. Try again in a moment."),
        DatabaseUnavailable: translatable("The server can't save right now. Nothing was saved. Try again in a moment."),
        CardNotFound: translatable("There is no such card design. It may have been deleted."),
        CardClosed: translatable("This card design is archived or switched off, so it can't be issued."),
        LocationNotFound: translatable("There is no such location in this shop. Reload the page."),
        WebhookNotFound: translatable("There is no such webhook. It may have been deleted."),
        EventNotFound: translatable("This event is no longer kept. Events can be sent again for 30 days."),
        DomainNotFound: translatable("{origin} is not a verified domain of this shop. Add it under Domains first."),
        stamps.StampNotFound: translatable("There is no such card. It may have been deleted."),
        stamps.StampInactive: translatable("This card is switched off. Switch it on first."),
        stamps.StampNotYetValid: translatable("This card is valid from {starts_on}."),
        stamps.StampExpired: translatable("This card expired on {ends_on}. Extend it first."),
        stamps.StampMerged: translatable("This card was merged into another one. Use that one."),
        stamps.StampRedeemed: translatable("This card was redeemed on {redeemed_on}. Use the customer's next one."),
        stamps.CannotMerge: translatable("These cards can't be merged: {problem}"),
        stamps.NoRoom: counted(
            "stamps",
            "That's too many: the card would have {stamps} stamp, and it is full with {max_stamps}.",
            "That's too many: the card would have {stamps} stamps, and it is full with {max_stamps}.",
        ),
        stamps.HasNextStamp: translatable("This card has no room for {marks} more, and its next one has begun: add there."),
        stamps.NextTooSmall: counted(
            "carried",
            "That's too many: {carried} stamp would go to the next card, which takes {max_stamps}. Add fewer.",
            "That's too many: {carried} stamps would go to the next card, which takes {max_stamps}. Add fewer.",
        ),
        stamps.TooFewMarks: counted(
            "stamps",
            "The card has only {stamps} stamp, so {count} can't be removed.",
            "The card has only {stamps} stamps, so {count} can't be removed.",
        ),
        stamps.NotFull: counted(
            "max_stamps",
            "The card has {stamps} of {max_stamps} stamp. It can be redeemed when it is full.",
            "The card has {stamps} of {max_stamps} stamps. It can be redeemed when it is full.",
        ),
        stamps.RewardNotReached: counted(
            "reward",
            "The card has {stamps} of the {reward} stamp for this reward.",
            "The card has {stamps} of the {reward} stamps for this reward.",
        ),
        stamps.RewardHandedOut: translatable("This reward was redeemed on {handed_out_on}."),
        stamps.TooSoon: translatable("Too soon after the last stamp. The next one is possible in {minutes} min."),
        stamps.DailyCapReached: translatable("Daily limit reached. Next stamp after midnight."),
        stamps.SaleNotFound: translatable("No card has a sale with the number {order_ref}."),
        stamps.SaleReversed: translatable("The sale {order_ref} was refunded already."),
        stamps.NotValidHere: translatable("The card isn't valid there, or the location is switched off. Choose another one."),
    }
)

_IN_DOUBT = translatable("The connection broke while this was being saved. Look whether it is there before you try again.")
_SOME_LEFT = counted(
    "left", "Only {left} more stamp fits into the daily limit.", "Only {left} more stamps fit into the daily limit."
)


def message_for_staff(refusal: AppError, translate: Translate) -> str:
    """The refusal's sentence, without the API's words."""
    if refusal.fields:
        return " ".join(problem_in_words(row).said(translate) for row in refusal.fields)
    wait_s = int(refusal.headers.get("Retry-After", "0"))
    values = {"minutes": -(-wait_s // 60), **with_days_in_words(refusal.parameters)}
    if isinstance(refusal, DatabaseUnavailable) and refusal.in_doubt:
        return translate(_IN_DOUBT)
    if isinstance(refusal, stamps.DailyCapReached) and (left := _left_today(refusal)) > 0:
        return say(_SOME_LEFT, {**values, "left": left}, translate)
    template = next((text for kind, text in _FOR_PEOPLE.items() if isinstance(refusal, kind)), refusal.template)
    return say(template, values, translate)


def _left_today(refusal: stamps.DailyCapReached) -> int:
    values: Mapping[str, Any] = refusal.parameters
    return int(values["daily_max"]) - int(values["marks_today"])
