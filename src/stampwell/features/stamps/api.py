"""`/api/stamp/v1`: request models and routes."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from stampwell.core.codes import CodeSource, new_user_id
from stampwell.core.days import parse_ymd
from stampwell.core.emails import is_email_address
from stampwell.core.origins import canonical_origin
from stampwell.core.text import CONTROL_CHARACTERS, digits_of
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.keys.model import Principal, Scope
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.model import PlanTable
from stampwell.features.stamps import examples, rules
from stampwell.features.stamps.issuing import Issuer
from stampwell.features.stamps.model import NewStamp
from stampwell.http.body import Body
from stampwell.http.context import Context
from stampwell.http.route import Route

# SQLite and PostgreSQL both count up to here.
_LARGEST_INTEGER = 2**63 - 1

_PLAIN = f"^[^{CONTROL_CHARACTERS}]*$"
_PLAIN_WITH_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
_ORIGIN = r"^([hH][tT][tT][pP][sS]?://[^\x00-\x20/?#@\\\x7f-\x9f]+/?)?$"


def _wrong(kind: str, sentence: str) -> PydanticCustomError:
    return PydanticCustomError(kind, sentence)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise _wrong("ymd_type", "must be a date as a string, such as 2025-12-31")
    day = parse_ymd(value)
    if day is None:
        raise _wrong("ymd", "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31")
    return day


def _end_of_validity(value: object, info: ValidationInfo) -> date:
    day = _day(value)
    start: date | None = info.data.get("strtYmd")
    if start is not None and day < start:
        raise _wrong("end_before_start", f"must not be before strtYmd ({start})")
    context: Any = info.context
    latest = rules.latest_end(context.today)
    if day > latest:
        raise _wrong("end_too_late", f"must be at most {rules.LONGEST_VALIDITY_YEARS} years from today: {latest} or earlier")
    return day


def _email(value: str) -> str:
    if not is_email_address(value):
        raise _wrong("email", "must have the form of an e-mail address, such as name@example.com")
    return value


def _origin(value: str) -> str:
    origin = canonical_origin(value)
    if origin is None:
        raise _wrong("origin", "must be an origin such as https://stamps.example.com, without a path")
    return origin


def _or_nothing(schema: dict[str, Any], **annotations: object) -> WithJsonSchema:
    """The JSON Schema of an optional text that may also be empty or null, which both mean absent."""
    return WithJsonSchema({"anyOf": [schema, {"enum": ["", None]}], **annotations})


_USER = "For the merchant's eyes only."


class CreateStamp(Body):
    """One stamp for one customer."""

    blank_is_absent = frozenset(
        {"domain", "activeYn", "memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"}
    )

    cardIdx: int = Field(
        ge=-_LARGEST_INTEGER - 1,
        le=_LARGEST_INTEGER,
        description="The stamp card's number: the Card IDX on the Stamp Card page of the dashboard.",
    )
    domain: Annotated[
        str | None,
        AfterValidator(_origin),
        _or_nothing(
            {"type": "string", "format": "origin", "pattern": _ORIGIN},
            description=(
                "Origin of the stamp's link, without a path. Left out, the default domain: `https://vvd.bz` unless the "
                "operator chose another. Any plan may name a domain of this instance; a custom one needs the premium plan "
                "or higher, and must be registered and verified."
            ),
        ),
    ] = None
    strtYmd: Annotated[
        date,
        PlainValidator(_day),
        WithJsonSchema({"type": "string", "format": "date", "description": "First day of validity."}),
    ]
    endYmd: Annotated[
        date,
        PlainValidator(_end_of_validity),
        WithJsonSchema(
            {
                "type": "string",
                "format": "date",
                "description": (
                    "Last day of validity: not before `strtYmd`, and at most 5 years from today in the account's time zone. "
                    "A day in the past is accepted."
                ),
            }
        ),
    ]
    activeYn: Annotated[
        Literal["Y", "N"] | None,
        WithJsonSchema(
            {
                "enum": ["Y", "N", "", None],
                "default": "Y",
                "description": "With `N` the customer cannot use the stamp until it is switched on.",
            }
        ),
    ] = None
    memo: str | None = Field(default=None, max_length=1000, pattern=_PLAIN_WITH_LINES, description="Internal memo.")
    userId: str | None = Field(
        default=None,
        max_length=100,
        pattern=_PLAIN,
        description="Whom the stamp is for, typically the login id of a member. Left out, 12 random characters.",
    )
    userNm: str | None = Field(default=None, max_length=100, pattern=_PLAIN, description=f"Name. {_USER}")
    userPhnno: str | None = Field(
        default=None, max_length=30, pattern=_PLAIN, description=f"Phone number, kept as typed. {_USER}"
    )
    userEml: Annotated[
        Annotated[str, Field(max_length=254, pattern=_PLAIN), AfterValidator(_email)] | None,
        _or_nothing({"type": "string", "format": "email", "maxLength": 254}, description=f"E-mail address. {_USER}"),
    ] = None
    userEtc1: str | None = Field(default=None, max_length=255, pattern=_PLAIN, description="Anything else.")
    userEtc2: str | None = Field(default=None, max_length=255, pattern=_PLAIN, description="Anything else.")


class StampApi:
    """The handlers of the stamp endpoints. `instance_domains` are canonical origins, the default among them."""

    def __init__(self, issuer: Issuer, *, plans: PlanTable, default_domain: str, instance_domains: AbstractSet[str]) -> None:
        self._issuer = issuer
        self._new_code = CodeSource()
        self._plans = plans
        self._default_domain = default_domain
        self._instance_domains = instance_domains

    def routes(self) -> list[Route]:
        return [
            Route(
                method="POST",
                path="/api/stamp/v1/create",
                handler=self.create,
                operation_id="createStamp",
                tag="Stamps",
                summary="Create stamp",
                description=(
                    "Issues a stamp of a card to a customer. The answer is sent only after the stamp is durably stored. "
                    "`result` is the new stampIdx; the customer's link is `{domain}/stamp/{code}`."
                ),
                scope=Scope.STAMP_CREATE,
                body=CreateStamp,
                result={
                    "anyOf": [
                        {"type": "integer", "description": "stampIdx"},
                        {"type": "string", "pattern": "^[0-9A-Z]{16}$", "description": "code, if the account chose so"},
                    ]
                },
                errors=(CardNotFound, CardClosed, DomainNotFound, PlanLacksCustomDomains),
                examples=examples.CREATE,
            ),
        ]

    async def create(self, context: Context, body: CreateStamp) -> int | str:
        """The new stampIdx, or the code when the account's `stampIdxFormat` says so."""
        principal: Principal = context.principal
        domain = body.domain or self._default_domain
        stamp = NewStamp(
            account_id=principal.account_id,
            key_id=principal.key_id,
            card_id=body.cardIdx,
            code=self._new_code(),
            domain=domain,
            needs_domain=rules.is_custom_domain(
                domain, instance_domains=self._instance_domains, plan=principal.plan, plans=self._plans
            ),
            starts_on=body.strtYmd.isoformat(),
            ends_on=body.endYmd.isoformat(),
            active=body.activeYn != "N",
            memo=body.memo,
            user_id=body.userId or new_user_id(),
            user_name=body.userNm,
            user_phone=body.userPhnno,
            user_phone_digits=digits_of(body.userPhnno) if body.userPhnno else None,
            user_email=body.userEml,
            user_etc1=body.userEtc1,
            user_etc2=body.userEtc2,
            created_at=context.now_us,
        )
        issued = await self._issuer.issue(stamp)
        return issued.code if principal.stamp_idx_format == "code" else issued.stamp_id
