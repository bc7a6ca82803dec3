"""What the API says to developers, in words for the people of a shop."""

from collections.abc import Mapping
from types import MappingProxyType

from stampwell.core.day_words import with_days_in_words
from stampwell.core.errors import AppError, TooBusy
from stampwell.core.phrases import Template, Translate, counted, say, translatable
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.stamps import errors as stamps
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound

_FOR_PEOPLE: Mapping[type[AppError], Template] = MappingProxyType(
    {
        TooBusy: translatable("The server is too busy just now. Nothing was saved. Try again in a moment."),
        CardNotFound: translatable("There is no such card design. It may have been deleted."),
        CardClosed: translatable("This card design is archived or turned off, so it can't be issued."),
        LocationNotFound: translatable("There is no such location in this shop. Reload the page."),
        WebhookNotFound: translatable("There is no such webhook. It may have been deleted."),
        EventNotFound: translatable("This event is no longer kept. Events can be sent again for 30 days."),
        DomainNotFound: translatable("{origin} is not a verified domain of this shop. Add it under Domains first."),
        stamps.StampNotFound: translatable("There is no such card. It may have been deleted."),
        stamps.StampInactive: translatable("This card is turned off. Turn it on first."),
        stamps.StampExpired: translatable("This card expired on {ends_on}. Extend it first."),
        stamps.StampNotYetValid: translatable("This card is valid from {starts_on}."),
        stamps.NoRoom: translatable("The card has only {max_stamps} places. Add fewer stamps."),
        stamps.NextTooSmall: translatable("The customer's next card has only {max_stamps} places. Add fewer stamps."),
        stamps.TooFewMarks: counted(
            "stamps", "The card has only {stamps} stamp. Remove fewer.", "The card has only {stamps} stamps. Remove fewer."
        ),
        stamps.NotFull: translatable("The card isn't full yet: {stamps} of {max_stamps}."),
        stamps.RewardNotReached: translatable("Not enough stamps for this reward yet: {stamps} of {reward}."),
        stamps.DailyCapReached: translatable("Daily limit reached. Next stamp after midnight."),
        stamps.TooSoon: translatable("Too soon after the last stamp. Try again in {retry_after_s} s."),
        stamps.StampMerged: translatable("This card was merged into another one. Use that one."),
        stamps.CannotMerge: translatable("These cards can't be merged: {problem}"),
        stamps.HasNextStamp: translatable(
            "This card has no room for {marks} more, and the customer's next card has begun. Add them there."
        ),
        stamps.RewardHandedOut: translatable("This reward was redeemed on {handed_out_on}."),
        stamps.SaleNotFound: translatable("No card has a sale with the number {order_ref}."),
        stamps.NotValidHere: translatable("The card isn't valid there, or the location is turned off. Choose another one."),
        stamps.StampRedeemed: translatable("This card was redeemed on {redeemed_on}. That can't be undone."),
    }
)


def message_for_staff(refusal: AppError, translate: Translate) -> str:
    """The refusal's sentence, without the API's words."""
    template = next((text for kind, text in _FOR_PEOPLE.items() if isinstance(refusal, kind)), refusal.template)
    return say(template, with_days_in_words(refusal.parameters), translate)
