"""What the API says to developers, in words for the people of a shop."""

from collections.abc import Mapping
from types import MappingProxyType

from stampwell.core.day_words import with_days_in_words
from stampwell.core.errors import AppError, TooBusy
from stampwell.core.phrases import Template, Translate, say, translatable
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.stamps import errors as stamps
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound

_FOR_PEOPLE: Mapping[type[AppError], Template] = MappingProxyType(
    {
        TooBusy: translatable("The server is too busy just now. Nothing was saved. Try again in a moment."),
        CardNotFound: translatable("There is no such stamp card. It may have been deleted."),
        CardClosed: translatable("This card is archived or switched off, so no new stamps of it can be issued."),
        LocationNotFound: translatable("There is no such location in this shop. Reload the page."),
        WebhookNotFound: translatable("There is no such webhook. It may have been deleted."),
        EventNotFound: translatable("This event is no longer kept. Events can be sent again for 30 days."),
        DomainNotFound: translatable("{origin} is not a verified domain of this shop. Add it under Domains first."),
        stamps.StampNotFound: translatable("There is no such stamp. It may have been deleted."),
        stamps.WrongStaffPassword: translatable(
            "That is not the card's staff password. Tries left before redeeming is locked for 15 minutes: {left}."
        ),
        stamps.StampInactive: translatable("This stamp is switched off. Switch it on first."),
        stamps.StampExpired: translatable("This stamp was valid until {ends_on}; today is {today}. Extend it first."),
        stamps.StampMerged: translatable("This card was merged into another one. Use that one."),
        stamps.CannotMerge: translatable("These cards can't be merged: {problem}"),
        stamps.HasNextStamp: translatable("This card has no room for {marks} more, and its next one has begun: add there."),
        stamps.RewardHandedOut: translatable("This reward was handed out on {handed_out_on}."),
        stamps.SaleNotFound: translatable("No card has a sale with the number {order_ref}."),
        stamps.NotValidHere: translatable("The card isn't valid there, or the location is switched off. Choose another one."),
        stamps.StampRedeemed: translatable("The reward of this stamp was handed out on {redeemed_on}; that is for good."),
    }
)


def message_for_staff(refusal: AppError, translate: Translate) -> str:
    """The refusal's sentence, without the API's words."""
    template = next((text for kind, text in _FOR_PEOPLE.items() if isinstance(refusal, kind)), refusal.template)
    return say(template, with_days_in_words(refusal.parameters), translate)
