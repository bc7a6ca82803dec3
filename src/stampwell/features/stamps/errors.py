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
    template = translatable("This stamp is valid from {starts_on} on; today is {today}.")
    when = "The stamp's first day of validity has not come yet."


class StampExpired(AppError):
    code, status = 40903, 409
    template = translatable("This stamp was valid until {ends_on}; today is {today}. Extend it with update and endYmd.")
    when = "The stamp's last day of validity is over."


class StampRedeemed(AppError):
    code, status = 40904, 409
    template = translatable("This stamp was redeemed on {redeemed_on}, which is for good. Use the customer's next stamp.")
    when = "The reward of the stamp was handed out; only its memo and user fields can be changed."


class NoRoom(AppError):
    code, status = 40905, 409
    template = counted(
        "stamps",
        "There is no room for that: the stamp would have {stamps} mark, and it takes {max_stamps}.",
        "There is no room for that: the stamp would have {stamps} marks, and it takes {max_stamps}.",
    )
    when = "The stamp has no room for that many marks; none was added."


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
