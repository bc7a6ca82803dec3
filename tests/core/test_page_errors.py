"""Which status each refusal of a page has: written down here, so that nothing is read from the code that it checks."""

import importlib
import pkgutil

import stampwell
from stampwell.core.errors import PageError

# Run by Alembic and by `python -m`, not imported.
NOT_IMPORTED = ("stampwell.db.migrations.", "stampwell.__main__")

STATUSES = {
    "AccountChanged": 409,
    "CardChanged": 409,
    "CardInUse": 409,
    "ForeignForm": 403,
    "FormTooLarge": 413,
    "FormUnreadable": 400,
    "HasNul": 400,
    "LastOwner": 409,
    "LinkSpent": 404,
    "NoSuchKey": 404,
    "NoSuchPage": 404,
    "NoSuchReward": 409,
    "NoSuchStamp": 404,
    "NotAllowed": 403,
    "PersonNotFound": 404,
    "PictureRefused": 400,
    "PinAsked": 403,
    "PinChanged": 409,
    "PinChangedOften": 429,
    "PinLocked": 429,
    "PinNetworkLocked": 429,
    "PinWrong": 403,
    "SessionNotFound": 404,
    "ShopNotFound": 404,
    "SignInLocked": 429,
    "SignInRefused": 403,
    "StampChanged": 409,
    "TooLateToUndo": 409,
    "TooManyMisses": 429,
    "TooManyWatchers": 503,
}


def _page_errors() -> dict[str, int]:
    for module in pkgutil.walk_packages(stampwell.__path__, "stampwell."):
        if not module.name.startswith(NOT_IMPORTED):
            importlib.import_module(module.name)
    found, waiting = {}, [PageError]
    while waiting:
        children = waiting.pop().__subclasses__()
        found |= {child.__name__: child.status for child in children}
        waiting += children
    return found


def test_each_has_its_status() -> None:
    assert _page_errors() == STATUSES
