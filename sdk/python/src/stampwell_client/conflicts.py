"""Refusals for what a stamp or a card is at this moment: HTTP 409, one class a code."""

from stampwell_client.api_error import ApiError


class Conflict(ApiError):
    """The call is right, but not for the state that the stamp or the card is in."""

    status = 409


class StampInactive(Conflict):
    """The stamp is switched off."""

    code = 40901


class StampNotYetValid(Conflict):
    """The stamp's first day is still to come."""

    code = 40902


class StampExpired(Conflict):
    """The stamp's last day is over."""

    code = 40903


class StampRedeemed(Conflict):
    """The stamp was redeemed before."""

    code = 40904


class NoRoom(Conflict):
    """The stamp has no room for that many marks; none was added."""

    code = 40905


class TooFewMarks(Conflict):
    """The stamp has fewer marks than that; none was removed."""

    code = 40906


class NotFull(Conflict):
    """The stamp cannot be redeemed yet: marks are missing."""

    code = 40907


class StillRunning(Conflict):
    """The first call with this idempotency key is still under way."""

    code = 40908


class CardClosed(Conflict):
    """The card is archived or switched off."""

    code = 40909


class TooSoon(Conflict):
    """Too soon after the last mark, or the day's marks are used up."""

    code = 40910


class SaleReversed(Conflict):
    """The sale with this orderRef was reversed; a new one needs an orderRef of its own."""

    code = 40911


class RewardHandedOut(Conflict):
    """This reward on the way was handed out before."""

    code = 40912


class NotValidHere(Conflict):
    """The card is not valid at this location, or the location is switched off."""

    code = 40913


class CannotMerge(Conflict):
    """These two stamps cannot be merged; `message` says why."""

    code = 40914


class StampMerged(Conflict):
    """The stamp was merged; `message` names the one that took its place."""

    code = 40915
