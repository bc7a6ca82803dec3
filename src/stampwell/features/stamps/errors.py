from stampwell.core.errors import AppError, PageError
from stampwell.core.phrases import counted, translatable


class StampNotFound(AppError):
    code, status = 40403, 404
    template = translatable("stampIdx: there is no stamp {stamp}.")
    when = "The account has no such stamp; another account's stamp is answered the same."


class WrongStaffPassword(AppError):
    code, status = 40305, 403
    template = translatable(
        "onsitePwd: this is not the card's staff password. Wrong tries left before redemption of this stamp is locked for "
        "15 minutes: {left}."
    )
    when = "The staff password is wrong. After five in a row, redemption of this stamp is locked for 15 minutes."


class StampInactive(AppError):
    code, status = 40901, 409
    template = translatable("This stamp is switched off. Switch it on with update and activeYn Y.")
    when = "The stamp is inactive."


class StampNotYetValid(AppError):
    code, status = 40902, 409
    template = translatable("This stamp is valid from {starts_on} on, which is after {today}.")
    when = "The stamp's first day of validity has not come yet."


class StampExpired(AppError):
    code, status = 40903, 409
    template = translatable("This stamp was valid until {ends_on}, which is before {today}. Extend it with update and endYmd.")
    when = "The stamp's last day of validity is over."


class StampRedeemed(AppError):
    code, status = 40904, 409
    template = translatable("This stamp was redeemed on {redeemed_on}. Use the customer's next stamp.")
    when = "The reward of the stamp was handed out; only its memo and user fields can be changed."


class StampMerged(AppError):
    code, status = 40915, 409
    template = translatable("This stamp was merged: its marks are on stamp {merged_into}. Use that one.")
    when = "The stamp was merged into another one, which the message names; it cannot be used, changed or deleted any more."


class CannotMerge(AppError):
    code, status = 40914, 409
    template = translatable("The stamps cannot be merged: {problem}")
    when = "The stamps are of different cards, or one of them is redeemed or was merged before; the message says which."


class NoRoom(AppError):
    code, status = 40905, 409
    template = counted(
        "stamps",
        "There is no room for that: the stamp would have {stamps} mark, and it takes {max_stamps}.",
        "There is no room for that: the stamp would have {stamps} marks, and it takes {max_stamps}.",
    )
    when = "The stamp has no room for that many marks; none was added."


class HasNextStamp(AppError):
    code, status = 40905, 409
    template = translatable("This stamp has no room for {marks} more, and its next one is stamp {next_stamp}: add them there.")
    when = "The marks do not fit, and the surplus cannot start a next stamp because there is one already; none was added."


class NextTooSmall(AppError):
    code, status = 40905, 409
    template = counted(
        "carried",
        "There is no room for that: {carried} mark would go on to the next stamp, which takes {max_stamps}. Add fewer.",
        "There is no room for that: {carried} marks would go on to the next stamp, which takes {max_stamps}. Add fewer.",
    )
    when = "The surplus is more than the next stamp takes; none was added."


class TooFewMarks(AppError):
    code, status = 40906, 409
    template = counted(
        "stamps",
        "The stamp has {stamps} mark, so {count} cannot be removed.",
        "The stamp has {stamps} marks, so {count} cannot be removed.",
    )
    when = "The stamp has fewer marks than should be removed; none was removed."


class NotFull(AppError):
    code, status = 40907, 409
    template = counted(
        "max_stamps",
        "The stamp has {stamps} of {max_stamps} mark. It can be redeemed when it is full.",
        "The stamp has {stamps} of {max_stamps} marks. It can be redeemed when it is full.",
    )
    when = "The stamp is not full yet."


class RewardNotReached(AppError):
    code, status = 40907, 409
    template = counted(
        "reward",
        "The stamp has {stamps} of the {reward} mark that this reward needs.",
        "The stamp has {stamps} of the {reward} marks that this reward needs.",
    )
    when = "The stamp has fewer marks than the reward on the way needs."


class RewardHandedOut(AppError):
    code, status = 40912, 409
    template = counted(
        "reward",
        "reward: the reward for {reward} mark was handed out on {handed_out_on}.",
        "reward: the reward for {reward} marks was handed out on {handed_out_on}.",
    )
    when = "The reward for that many marks was handed out already, on this card or on the one that the stamp moved from."


class SaleNotFound(AppError):
    code, status = 40405, 404
    template = translatable("orderRef: no stamp has a sale {order_ref}. Send the number that add or redeem was sent with.")
    when = "No stamp of the account, or not the one that was named, was marked or redeemed with this `orderRef`."


class SaleReversed(AppError):
    code, status = 40911, 409
    template = translatable("orderRef: the sale {order_ref} was reversed. A new sale needs an orderRef of its own.")
    when = "The sale with this `orderRef` was reversed, so it marks and redeems nothing any more."


class NotValidHere(AppError):
    code, status = 40913, 409
    template = translatable("locationIdx: {problem}")
    when = "The card is not valid at this location, or the location is switched off; the message says which."


class VersionMismatch(AppError):
    code, status = 41201, 412
    template = translatable("If-Match: the stamp has changed since. Its ETag is {etag} now. Read it again, then decide.")
    when = "`If-Match` names another version of the stamp; nothing was done."


class TooSoonThen(AppError):
    code, status = 40910, 409
    template = translatable(
        "occurredYmdt: marks on this stamp must be at least {cooldown_s} s apart, and there is one of {other}."
    )
    when = "A mark that is sent late lies too near to another one, before it or after it."


class DailyCapReachedThen(AppError):
    code, status = 40910, 409
    template = counted(
        "daily_max",
        "occurredYmdt: this stamp takes {daily_max} mark a day and has {marks_then} of {day}: no room for {marks} more.",
        "occurredYmdt: this stamp takes {daily_max} marks a day and has {marks_then} of {day}: no room for {marks} more.",
    )
    when = "The cap of the day on which a mark was made that is sent late is reached."


class TooSoon(AppError):
    code, status = 40910, 409
    template = translatable(
        "Marks on this stamp must be at least {cooldown_s} s apart. The next one is possible in {retry_after_s} s."
    )
    when = "Too soon after the last mark on this stamp; `Retry-After` says for how long."


class DailyCapReached(AppError):
    code, status = 40910, 409
    template = counted(
        "daily_max",
        "This stamp takes {daily_max} mark a day and has {marks_today} of today: no room for {marks} more. "
        "It starts again at midnight.",
        "This stamp takes {daily_max} marks a day and has {marks_today} of today: no room for {marks} more. "
        "It starts again at midnight.",
    )
    when = "The day's cap of marks on this stamp is reached; it starts again at midnight in the account's time zone."


class RedemptionLocked(AppError):
    code, status = 42902, 429
    template = translatable(
        "Redemption of this stamp is locked after too many wrong staff passwords. Try again in {retry_after_s} s."
    )
    when = "Redemption of this stamp is locked after five wrong staff passwords in a row; `Retry-After` says for how long."


class NetworkLocked(AppError):
    code, status = 42902, 429
    template = translatable(
        "Too many wrong staff passwords for this card came from your network. Try again in {retry_after_s} s."
    )
    when = (
        "After 20 wrong staff passwords for a card within an hour from one network, that network has to wait, each time twice "
        "as long; `Retry-After` says for how long."
    )


class PinWrong(PageError):
    status = 403
    template = translatable("This is not the PIN. Tries left before a pause: {left}.")


class PinLocked(PageError):
    status = 429
    template = translatable("Too many wrong PINs. Try again in {minutes} min, or ask in the shop for a new one.")


class PinNetworkLocked(PageError):
    status = 429
    template = translatable("Too many wrong PINs came from your network. Try again in {minutes} min.")


class PinChangedOften(PageError):
    status = 429
    template = translatable("The PIN was changed too often today. It can be changed again in {minutes} min.")


class PinChanged(PageError):
    status = 409
    template = translatable("The PIN was changed in the meantime. Reload the page.")


class TooLateToUndo(PageError):
    status = 409
    template = translatable("That cannot be undone any more: it is too late, or something came after it.")
