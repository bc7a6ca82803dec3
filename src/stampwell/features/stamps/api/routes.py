"""The route table of `/api/stamp/v1`."""

from stampwell.core.errors import AppError
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.keys.model import Scope
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.stamps import errors
from stampwell.features.stamps.api.handlers import StampApi
from stampwell.features.stamps.api.look_routes import TAG, UNUSABLE, look_routes
from stampwell.features.stamps.api.refusals import noting
from stampwell.features.stamps.contract import examples, look_requests, requests, schemas
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.http.route import NOTHING, Route

_ISSUING: tuple[type[AppError], ...] = (CardNotFound, CardClosed, DomainNotFound, PlanLacksCustomDomains)
_CHANGING: tuple[type[AppError], ...] = (errors.StampNotFound, errors.StampMerged, errors.VersionMismatch)
_AT_THE_TILL: tuple[type[AppError], ...] = (
    *UNUSABLE,
    errors.VersionMismatch,
    errors.SaleReversed,
    errors.NotValidHere,
    LocationNotFound,
)


def stamp_routes(api: StampApi, *, refusals: RefusalRecorder) -> list[Route]:
    """Issuing, then looking, then changing."""
    return [*_issuing(api), *look_routes(api), *_marking(api, refusals), *_taking_back(api), *_changing(api)]


def _issuing(api: StampApi) -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/stamp/v1/create",
            handler=api.create,
            operation_id="createStamp",
            tag=TAG,
            summary="Create stamp",
            description=(
                "Issues a stamp of a card to a customer. The answer is sent only after the stamp is durably stored. "
                "`result` is the new stampIdx; the customer's link is `{domain}/stamp/{code}`."
            ),
            scope=Scope.STAMP_CREATE,
            request=requests.CreateStamp,
            result=schemas.NEW_STAMP,
            errors=(*_ISSUING, LocationNotFound),
            examples=examples.CREATE,
        ),
        Route(
            method="POST",
            path="/api/stamp/v1/bulk",
            handler=api.bulk,
            operation_id="createStamps",
            tag=TAG,
            summary="Create many stamps",
            description=(
                "Issues up to 1,000 stamps. Rows are independent: a wrong one is told why and harms no other. `result` has "
                "a row for each, in order."
            ),
            scope=Scope.STAMP_CREATE,
            request=requests.CreateStamps,
            result=schemas.ROWS,
            errors=(),
            examples=examples.BULK,
        ),
    ]


def _marking(api: StampApi, refusals: RefusalRecorder) -> list[Route]:
    return [
        Route(
            method="PUT",
            path="/api/stamp/v1/add",
            handler=noting(refusals, api.add),
            operation_id="addMarks",
            tag=TAG,
            summary="Add marks",
            description=(
                "Adds marks to a usable stamp, all or none. The card's cool-down and daily cap hold as they were on the day "
                "of issue. With `orderRef` a sale marks a stamp once, however often it is sent; with another `count` than "
                "the first time it is 40002 on `count`, and the message names the first one. Where the card carries a surplus "
                "(`carryYn`), marks beyond the last one start the customer's next stamp: `renewedStampIdx`."
            ),
            scope=Scope.STAMP_WRITE,
            request=requests.AddMarks,
            representation=True,
            result=schemas.CHANGED,
            errors=(
                *_AT_THE_TILL,
                errors.NoRoom,
                errors.HasNextStamp,
                errors.NextTooSmall,
                errors.TooSoon,
                errors.TooSoonThen,
                errors.DailyCapReached,
                errors.DailyCapReachedThen,
            ),
            examples=examples.ADD,
        ),
        Route(
            method="PUT",
            path="/api/stamp/v1/remove",
            handler=api.remove,
            operation_id="removeMarks",
            tag=TAG,
            summary="Remove marks",
            description=(
                "Takes marks back, all or none. It is a correction, so it is allowed when the stamp is inactive or expired, "
                "but not once it is redeemed."
            ),
            scope=Scope.STAMP_WRITE,
            request=requests.RemoveMarks,
            representation=True,
            result=schemas.CHANGED,
            errors=(*_CHANGING, errors.StampRedeemed, errors.TooFewMarks, LocationNotFound),
            examples=examples.REMOVE,
        ),
        Route(
            method="PUT",
            path="/api/stamp/v1/redeem",
            handler=noting(refusals, api.redeem),
            operation_id="redeemStamp",
            tag=TAG,
            summary="Redeem stamp",
            description=(
                "Hands out the reward of a usable, full stamp, with every reward on the way that is still owed; only `reverse` "
                "takes it back. With `reward`: that reward on the way alone, and the stamp stays open. Where the card says so, "
                "the same transaction issues the customer's next stamp: `renewedStampIdx`. An on-site card wants its staff "
                "password; after five wrong ones in a row on a stamp, or 20 within an hour on a card, their network is refused "
                "for a while."
            ),
            scope=Scope.STAMP_REDEEM,
            request=requests.RedeemStamp,
            representation=True,
            result=schemas.CHANGED,
            errors=(
                *_AT_THE_TILL,
                errors.NotFull,
                errors.RewardNotReached,
                errors.RewardHandedOut,
                errors.WrongStaffPassword,
                errors.RedemptionLocked,
                errors.NetworkLocked,
            ),
            examples=examples.REDEEM,
        ),
    ]


def _taking_back(api: StampApi) -> list[Route]:
    return [
        Route(
            method="PUT",
            path="/api/stamp/v1/reverse",
            handler=api.reverse,
            operation_id="reverseSale",
            tag=TAG,
            summary="Reverse a sale",
            description=(
                "Takes a sale back by its `orderRef`, once: the rewards that it handed out are owed again, and its marks are "
                "taken from the stamp, or from the one that renewed it or took its place. `result` has a row for each stamp "
                "that had the sale; sent again, it is answered as the first time."
            ),
            scope=Scope.STAMP_WRITE,
            request=requests.ReverseSale,
            result=schemas.REVERSED,
            errors=(errors.StampNotFound, errors.SaleNotFound, errors.VersionMismatch, LocationNotFound),
            examples=examples.REVERSE,
        ),
        Route(
            method="PUT",
            path="/api/stamp/v1/merge",
            handler=api.merge,
            operation_id="mergeStamps",
            tag=TAG,
            summary="Merge stamps",
            description=(
                "For two stamps of one customer, as after a lost phone: the marks of the one go over to the other, which keeps "
                "its own rules. A reward on the way is handed out there if it was on either. The first can only be looked at "
                "from then on, and its page leads to the other's."
            ),
            scope=Scope.STAMP_WRITE,
            request=requests.MergeStamps,
            result=NOTHING,
            errors=(errors.StampNotFound, errors.CannotMerge, errors.NoRoom, errors.VersionMismatch),
            examples=examples.MERGE,
        ),
    ]


def _changing(api: StampApi) -> list[Route]:
    return [
        Route(
            method="PUT",
            path="/api/stamp/v1/update",
            handler=api.update,
            operation_id="updateStamp",
            tag=TAG,
            summary="Update stamp",
            description=(
                'Corrects a stamp. What is left out stays; `""` clears a text. A redeemed stamp takes only `memo` and the '
                "`user…` fields."
            ),
            scope=Scope.STAMP_WRITE,
            request=requests.UpdateStamp,
            representation=True,
            result=schemas.CHANGED,
            errors=(*_ISSUING, *_CHANGING, errors.StampRedeemed, errors.NoRoom, errors.NotFull),
            examples=examples.UPDATE,
        ),
        Route(
            method="DELETE",
            path="/api/stamp/v1/delete",
            handler=api.delete,
            operation_id="deleteStamp",
            tag=TAG,
            summary="Delete stamp",
            description="The stamp and its history are gone for good.",
            scope=Scope.STAMP_WRITE,
            request=look_requests.OneStamp,
            takes="query",
            result=NOTHING,
            errors=_CHANGING,
            examples=examples.DELETE,
        ),
    ]
