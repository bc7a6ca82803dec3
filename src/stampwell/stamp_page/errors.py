from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable


class NoSuchStamp(PageError):
    status = 404
    template = translatable("There is no stamp card at this address. Open the link again, or ask in the shop for it.")


class NoSuchReward(PageError):
    status = 409
    template = translatable("This card does not have that reward any more. Reload the page.")


class TooManyMisses(PageError):
    status = 429
    template = translatable("Too many addresses without a stamp card were asked for from here. Wait {minutes} min.")


class PinAsked(PageError):
    status = 403
    template = translatable("This card is protected by a PIN.")


class TooManyWatchers(PageError):
    status = 503
    template = translatable("Too many pages are open. This one looks for news now and then instead.")
