"""One refusal of every kind, as the documentation shows it."""

from stampwell.core.errors import AppError, DatabaseUnavailable, FieldError
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.keys.errors import KeyRefused, ScopeMissing
from stampwell.features.plans.errors import PlanLacksApi, PlanLacksCustomDomains
from stampwell.features.ratelimit.errors import RateLimited
from stampwell.features.stamps.errors import StampNotFound
from stampwell.http.decode import fields_wrong
from stampwell.http.errors import (
    BodyTooLarge,
    InternalError,
    MethodNotAllowed,
    NoCredentials,
    NoSuchRoute,
    NotAnObject,
    NotJson,
    WrongContentType,
)

SAMPLES: tuple[AppError, ...] = (
    NotJson(
        problem="key must be a string",
        line=2,
        column=22,
        hint=" Comments are not JSON: remove the comment that starts here.",
    ),
    NotAnObject(found="an array"),
    fields_wrong(
        [
            FieldError("strtYmd", "required"),
            FieldError("userName", "unknown field; did you mean userNm?"),
        ]
    ),
    NoCredentials(),
    KeyRefused(),
    PlanLacksApi(plan="free", needed="personal"),
    PlanLacksCustomDomains(plan="personal", needed="premium"),
    AccountSuspended(),
    ScopeMissing(scope="stamp:create"),
    NoSuchRoute(method="POST", path="/api/stamp/v1/crate", hint=" Did you mean /api/stamp/v1/create?"),
    CardNotFound(card_id=124),
    StampNotFound(stamp="ZJLF0399WQBEQZJM"),
    DomainNotFound(origin="https://stamps.example.com"),
    MethodNotAllowed(path="/api/stamp/v1/create", method="GET", allowed=["POST"]),
    CardClosed(card_id=123),
    BodyTooLarge(limit_mib=1),
    WrongContentType(problem="There is no Content-Type."),
    RateLimited(plan="personal", quota=180, window="a minute", retry_after_s=17, headers={"Retry-After": "17"}),
    InternalError(request_id="5f0c8a1de93b47a2c6d81e04"),
    DatabaseUnavailable(),
)
