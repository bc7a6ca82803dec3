"""The endpoints of `/api/stamp/v1` that look stamps up."""

from stampwell.core.errors import AppError
from stampwell.features.keys.model import Scope
from stampwell.features.stamps import errors
from stampwell.features.stamps.api.handlers import StampApi
from stampwell.features.stamps.contract import examples, look_requests, schemas
from stampwell.http.route import Route, Tag

TAG = Tag("Stamps", "One customer's copy of a stamp card: issue it, look it up, add marks, hand out the reward.")
UNUSABLE: tuple[type[AppError], ...] = (
    errors.StampNotFound,
    errors.StampInactive,
    errors.StampNotYetValid,
    errors.StampExpired,
    errors.StampRedeemed,
    errors.StampMerged,
)
"""Why a stamp cannot be used."""


def look_routes(api: StampApi) -> list[Route]:
    """One stamp, a page of stamps, the history of one."""
    return [
        Route(
            method="GET",
            path="/api/stamp/v1/validate",
            handler=api.validate,
            operation_id="validateStamp",
            tag=TAG,
            summary="Validate stamp",
            description=(
                "The stamp, if it can be used: it exists, is active, today is within its validity (both days included, in the "
                "account's time zone), and it is not redeemed. Otherwise the error says why not. Being full is not part of it."
            ),
            scope=Scope.STAMP_READ,
            request=look_requests.OneStamp,
            takes="query",
            result=schemas.ONE,
            errors=UNUSABLE,
            examples=examples.VALIDATE,
        ),
        Route(
            method="GET",
            path="/api/stamp/v1/get",
            handler=api.get,
            operation_id="getStamp",
            tag=TAG,
            summary="Get stamp",
            description="The stamp, in any state.",
            scope=Scope.STAMP_READ,
            request=look_requests.OneStamp,
            takes="query",
            result=schemas.ONE,
            errors=(errors.StampNotFound,),
            examples=examples.GET,
        ),
        Route(
            method="GET",
            path="/api/stamp/v1/list",
            handler=api.list,
            operation_id="listStamps",
            tag=TAG,
            summary="List stamps",
            description=(
                "Stamps under every filter that is given, newest first, a page at a time. A phone number is found by its "
                "digits, however it is spelled. Stamps that are issued meanwhile do not shift the pages."
            ),
            scope=Scope.STAMP_READ,
            request=look_requests.ListStamps,
            takes="query",
            result=schemas.STAMPS,
            errors=(),
            examples=examples.LIST,
        ),
        Route(
            method="GET",
            path="/api/stamp/v1/history",
            handler=api.history,
            operation_id="listStampHistory",
            tag=TAG,
            summary="Stamp history",
            description="The stamp's ledger, newest first: who did what, when, why, and the count before and after.",
            scope=Scope.STAMP_READ,
            request=look_requests.StampHistory,
            takes="query",
            result=schemas.HISTORY,
            errors=(errors.StampNotFound,),
            examples=examples.HISTORY,
        ),
    ]
