from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable


class NoSuchStamp(PageError):
    status = 404
    template = translatable("There's no card at this address. Open the link again, or ask the shop for a new one.")


class NoSuchReward(PageError):
    status = 409
    template = translatable("This reward isn't on the card any more. Reload the page.")


class TooManyMisses(PageError):
    status = 429
    template = translatable("Too many wrong links from here. Try again in {minutes} min.")


class PinAsked(PageError):
    status = 403
    template = translatable("This card is protected by a PIN.")


class TooManyWatchers(PageError):
    status = 503
    template = translatable("Too many pages are open. This one updates less often.")
