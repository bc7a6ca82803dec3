"""The API's refusals in the words of somebody who looks at a card on a phone."""

from collections.abc import Mapping

from stampwell.core.day_words import with_days_in_words
from stampwell.core.errors import AppError, DatabaseUnavailable, TooBusy
from stampwell.core.phrases import Template, Translate, counted, say, translatable
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.stamps import errors
from stampwell.web.errors import ForeignForm

SENTENCES: Mapping[type[AppError], Template] = {
    AccountSuspended: translatable("Nothing can be changed on this card just now. Ask in the shop."),
    errors.WrongStaffPassword: translatable("This is not the staff password. Tries left before a pause: {left}."),
    errors.RedemptionLocked: translatable("Too many wrong staff passwords. Try again in {minutes} min."),
    errors.NetworkLocked: translatable("Too many wrong staff passwords came from here. Try again in {minutes} min."),
    errors.StampInactive: translatable("This card is switched off. Ask in the shop."),
    errors.StampNotYetValid: translatable("This card is valid from {starts_on} on."),
    errors.StampExpired: translatable("This card was valid until {ends_on}."),
    errors.StampRedeemed: translatable("The reward of this card was handed out on {redeemed_on}."),
    errors.StampMerged: translatable(
        "The stamps of this card are on another card now. Open the link again, or ask in the shop."
    ),
    errors.NoRoom: translatable("This card is full."),
    errors.NextTooSmall: translatable("This card is full."),
    errors.HasNextStamp: translatable("This card is full, and there is a next one already. Add the stamp to that."),
    errors.RewardHandedOut: translatable("This reward was handed out on {handed_out_on}."),
    errors.RewardNotReached: counted(
        "reward",
        "This card has {stamps} of the {reward} stamp for this reward.",
        "This card has {stamps} of the {reward} stamps for this reward.",
    ),
    errors.NotValidHere: translatable("This card cannot be used at this location."),
    errors.TooFewMarks: translatable("There is no mark to take back."),
    errors.NotFull: counted(
        "max_stamps",
        "This card is not full yet: {stamps} of {max_stamps} mark.",
        "This card is not full yet: {stamps} of {max_stamps} marks.",
    ),
    errors.TooSoon: translatable("The last mark was a moment ago. The next one is possible in {retry_after_s} s."),
    errors.DailyCapReached: counted(
        "daily_max",
        "This card takes {daily_max} mark a day. Come back tomorrow.",
        "This card takes {daily_max} marks a day. Come back tomorrow.",
    ),
    errors.PinWrong: translatable("This is not the PIN. Tries left before a pause: {left}."),
    errors.PinLocked: translatable("Too many wrong PINs. Try again in {minutes} min, or ask in the shop for a new one."),
    errors.PinNetworkLocked: translatable("Too many wrong PINs came from your network. Try again in {minutes} min."),
    errors.PinChangedOften: translatable("The PIN was changed too often today. It can be changed again in {minutes} min."),
    errors.PinChanged: translatable("The PIN was changed in the meantime. Reload the page."),
    errors.TooLateToUndo: translatable("That cannot be undone any more: it is too late, or something came after it."),
    ForeignForm: translatable(
        "This did not come from the page of the card, or it is out of date. Reload the page and try again."
    ),
    TooBusy: translatable("The server is too busy just now. Try again in a moment."),
    DatabaseUnavailable: translatable("The card cannot be reached just now. Try again in a moment."),
}


def message_for_customer(refusal: AppError, translate: Translate) -> str:
    """The sentence, in the language of `translate`."""
    template = SENTENCES.get(type(refusal))
    if template is None:
        return refusal.said(translate)
    wait_s = int(refusal.headers.get("Retry-After", "0"))
    return say(template, {"minutes": -(-wait_s // 60), **with_days_in_words(refusal.parameters)}, translate)
