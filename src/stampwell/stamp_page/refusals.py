"""The API's refusals in the words of somebody who looks at a card on a phone."""

from collections.abc import Mapping

from stampwell.core.day_words import with_days_in_words
from stampwell.core.errors import AppError, DatabaseUnavailable, TooBusy
from stampwell.core.phrases import Template, Translate, counted, say, translatable
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.stamps import errors
from stampwell.web.errors import ForeignForm

SENTENCES: Mapping[type[AppError], Template] = {
    AccountSuspended: translatable("This card can't be used right now. Please ask us in the shop."),
    errors.WrongStaffPassword: counted(
        "left",
        "That's not the staff password. {left} try left.",
        "That's not the staff password. {left} tries left.",
    ),
    errors.RedemptionLocked: translatable("Too many wrong passwords. Try again in {minutes} min."),
    errors.NetworkLocked: translatable("Too many wrong passwords from this network. Try again in {minutes} min."),
    errors.StampInactive: translatable("This card is switched off. Please ask us in the shop."),
    errors.StampNotYetValid: translatable("This card is valid from {starts_on}."),
    errors.StampExpired: translatable("This card expired on {ends_on}. Ask us for a new one."),
    errors.StampRedeemed: translatable("This card was redeemed on {redeemed_on}."),
    errors.StampMerged: translatable("These stamps are on another card now. Open your link again, or ask us in the shop."),
    errors.NoRoom: translatable("This card is full."),
    errors.NextTooSmall: translatable("This card is full."),
    errors.HasNextStamp: translatable("This card is full and the next one has begun. Add the stamp there."),
    errors.RewardHandedOut: translatable("This reward was redeemed on {handed_out_on}."),
    errors.RewardNotReached: counted(
        "reward",
        "This reward needs {reward} stamp. The card has {stamps}.",
        "This reward needs {reward} stamps. The card has {stamps}.",
    ),
    errors.NotValidHere: translatable("This card can't be used at this location."),
    LocationNotFound: translatable("This location isn't there any more. Choose another one."),
    errors.TooFewMarks: translatable("There's no stamp to remove."),
    errors.NotFull: counted(
        "max_stamps",
        "This card isn't full yet: {stamps} of {max_stamps} stamp.",
        "This card isn't full yet: {stamps} of {max_stamps} stamps.",
    ),
    errors.TooSoon: counted(
        "retry_after_s",
        "It's too soon for the next stamp. Try again in {retry_after_s} second.",
        "It's too soon for the next stamp. Try again in {retry_after_s} seconds.",
    ),
    errors.DailyCapReached: translatable("Daily limit reached. Next stamp after midnight."),
    errors.PinWrong: counted("left", "Wrong PIN. {left} try left.", "Wrong PIN. {left} tries left."),
    errors.PinLocked: translatable("Too many wrong PINs. Try again in {minutes} min, or ask the shop to remove the PIN."),
    errors.PinNetworkLocked: translatable("Too many wrong PINs from your network. Try again in {minutes} min."),
    errors.PinChangedOften: translatable("The PIN was changed too often today. Try again in {minutes} min."),
    errors.PinChanged: translatable("The PIN was changed in the meantime. Reload the page."),
    errors.TooLateToUndo: translatable("It's too late to undo this, or something else has happened since."),
    ForeignForm: translatable("This page is out of date. Reload it and try again."),
    TooBusy: translatable("The server is busy right now. Try again in a moment."),
    DatabaseUnavailable: translatable("The card can't be reached right now. Try again in a moment."),
}

_WAIT_MINUTES = translatable("It's too soon for the next stamp. Try again in {minutes} min.")
_MOST_SECONDS = 120


def message_for_customer(refusal: AppError, translate: Translate) -> str:
    """The sentence, in the language of `translate`, its days as people write them."""
    template = SENTENCES.get(type(refusal))
    if template is None:
        return refusal.said(translate)
    wait_s = int(refusal.headers.get("Retry-After", "0"))
    if isinstance(refusal, errors.TooSoon) and wait_s > _MOST_SECONDS:
        template = _WAIT_MINUTES
    return say(template, {"minutes": -(-wait_s // 60), **with_days_in_words(refusal.parameters)}, translate)
