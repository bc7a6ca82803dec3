"""What a new key is for, and what each of its permissions allows, in words."""

from typing import NamedTuple

from stampwell.core.phrases import translatable
from stampwell.features.keys.model import ALL_SCOPES, Scope


class Preset(NamedTuple):
    """`name` is the one in the page's address. Its title is also the name that the form proposes for the key."""

    name: str
    title: str
    use: str
    scopes: frozenset[Scope]


_LOOKS = frozenset({Scope.STAMP_READ, Scope.CARD_READ, Scope.LOCATION_READ})
_READS = _LOOKS | {Scope.WEBHOOK_READ, Scope.CUSTOMER_READ}

# The first is what the page begins with.
PRESETS = (
    Preset(
        "till",
        translatable("Till"),
        translatable("Finds a customer, gives out cards, adds stamps and hands out rewards."),
        _LOOKS | {Scope.STAMP_CREATE, Scope.STAMP_WRITE, Scope.STAMP_REDEEM},
    ),
    Preset(
        "shop",
        translatable("Web shop"),
        translatable("Gives out cards and adds stamps for orders. It cannot hand out rewards."),
        _LOOKS | {Scope.STAMP_CREATE, Scope.STAMP_WRITE},
    ),
    Preset(
        "read",
        translatable("Read only"),
        translatable("For reports. It sees everything, customers included, and changes nothing."),
        _READS,
    ),
    Preset(
        "all",
        translatable("All"),
        translatable("Everything the API can do. For programs that manage the shop."),
        ALL_SCOPES,
    ),
)

SCOPE_MEANINGS = {
    Scope.STAMP_READ: translatable("Find customers' cards and see their stamps and history."),
    Scope.STAMP_CREATE: translatable("Give new cards to customers."),
    Scope.STAMP_WRITE: translatable("Add and remove stamps, change customers' cards, merge and delete them."),
    Scope.STAMP_REDEEM: translatable("Hand out rewards."),
    Scope.CARD_READ: translatable("See your card designs."),
    Scope.CARD_WRITE: translatable("Create, change and delete card designs."),
    Scope.LOCATION_READ: translatable("See your locations."),
    Scope.LOCATION_WRITE: translatable("Create and change locations."),
    Scope.WEBHOOK_READ: translatable("See webhooks and the events that they send."),
    Scope.WEBHOOK_WRITE: translatable("Create, change and delete webhooks, and send events again."),
    Scope.CUSTOMER_READ: translatable("Receive customers' names, phone numbers and e-mail addresses with events."),
}


def preset_named(name: str) -> Preset:
    """The preset of that name; the first one for any other name."""
    return next((preset for preset in PRESETS if preset.name == name), PRESETS[0])
