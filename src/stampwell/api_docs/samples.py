"""One refusal of every kind, as the documentation shows it."""

from stampwell.core.errors import AppError, DatabaseUnavailable, FieldError, FieldsWrong, TooBusy
from stampwell.core.phrases import phrase
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.idempotency.errors import KeyReused, StillRunning
from stampwell.features.keys.errors import KeyRefused, ScopeMissing
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.plans.errors import PlanLacksApi, PlanLacksCustomDomains
from stampwell.features.ratelimit.errors import RateLimited
from stampwell.features.stamps.errors import (
    CannotMerge,
    DailyCapReached,
    DailyCapReachedThen,
    HasNextStamp,
    NetworkLocked,
    NextTooSmall,
    NoRoom,
    NotFull,
    NotValidHere,
    RedemptionLocked,
    RewardHandedOut,
    RewardNotReached,
    SaleNotFound,
    SaleReversed,
    StampExpired,
    StampInactive,
    StampMerged,
    StampNotFound,
    StampNotYetValid,
    StampRedeemed,
    TooFewMarks,
    TooSoon,
    TooSoonThen,
    VersionMismatch,
    WrongStaffPassword,
)
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound
from stampwell.http.errors import (
    BodyTooLarge,
    InternalError,
    MethodNotAllowed,
    NoCredentials,
    NoSuchRoute,
    NotAnObject,
    NotJson,
    NotUtf8,
    WrongContentType,
)

SAMPLES: tuple[AppError, ...] = (
    NotJson(
        problem="key must be a string",
        line=2,
        column=22,
        hint=" Comments are not JSON: remove the comment that starts here.",
    ),
    NotUtf8(
        problem=phrase("byte {place}, on line {line}, is {found}, which cannot stand there", place=58, line=3, found="0xB1")
    ),
    NotAnObject(found="an array"),
    FieldsWrong(
        [
            FieldError("strtYmd", phrase("required")),
            FieldError("userName", phrase("unknown field; did you mean {near}?", near="userNm")),
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
    SaleNotFound(order_ref="R-20250301-17"),
    LocationNotFound(field="locationIdx", location_id=308),
    WebhookNotFound(webhook_id=42),
    EventNotFound(event_id=90211),
    DomainNotFound(origin="https://stamps.example.com"),
    MethodNotAllowed(path="/api/stamp/v1/create", method="GET", allowed=["POST"]),
    WrongStaffPassword(left=4),
    StampInactive(),
    StampNotYetValid(starts_on="2025-01-01", today="2024-12-31"),
    StampExpired(ends_on="2025-12-31", today="2026-01-01"),
    StampRedeemed(redeemed_on="2025-03-01"),
    NoRoom(stamps=11, max_stamps=10),
    HasNextStamp(marks=2, next_stamp=1351),
    NextTooSmall(carried=12, max_stamps=10),
    TooFewMarks(stamps=1, count=2),
    NotFull(stamps=9, max_stamps=10),
    RewardNotReached(stamps=4, reward=5),
    StillRunning(),
    CardClosed(card_id=123),
    TooSoon(cooldown_s=60, retry_after_s=42, headers={"Retry-After": "42"}),
    TooSoonThen(cooldown_s=60, other="2025-03-01 08:12:45"),
    DailyCapReached(daily_max=4, marks_today=4, marks=1),
    DailyCapReachedThen(daily_max=4, marks_then=4, marks=1, day="2025-03-01"),
    SaleReversed(order_ref="R-20250301-17"),
    RewardHandedOut(reward=5, handed_out_on="2025-03-01"),
    NotValidHere(problem=phrase("location {location} is switched off.", location=2)),
    CannotMerge(problem=phrase("they are of different cards.")),
    StampMerged(merged_into=1350),
    VersionMismatch(etag='"7"'),
    KeyReused(),
    RedemptionLocked(retry_after_s=840, headers={"Retry-After": "840"}),
    NetworkLocked(retry_after_s=1740, headers={"Retry-After": "1740"}),
    BodyTooLarge(limit_mib=1),
    WrongContentType(problem="There is no Content-Type."),
    RateLimited(plan="personal", quota=180, window="a minute", retry_after_s=17, headers={"Retry-After": "17"}),
    InternalError(request_id="5f0c8a1de93b47a2c6d81e04"),
    DatabaseUnavailable(),
    TooBusy(),
)
