"""What every operation of the OpenAPI document refers to: headers, the envelope of an error, the key."""

from openapi_pydantic.v3.v3_1 import Example, Header, Parameter, Reference, Schema, SecurityScheme

from stampwell.core.fields import YES_NO_SCHEMA

HEADERS: dict[str, Header] = {
    "X-Request-Id": Header(
        description="The id the client sent, if it sent a sane one, or a fresh one. Quote it when you ask for help.",
        required=True,
        schema=Schema(type="string", pattern="^[A-Za-z0-9._:/+=@-]{1,128}$"),
    ),
    "Content-Language": Header(
        description="The language of `message`.", required=True, schema=Schema(type="string", minLength=2)
    ),
    "RateLimit-Policy": Header(
        description="The plan's limits: quota `q` in a window of `w` seconds. Absent where the plan has none.",
        schema=Schema(type="string", minLength=1),
        example='"minute";q=180;w=60, "hour";q=10000;w=3600',
    ),
    "RateLimit": Header(
        description="What is left of them: `r` requests, for another `t` seconds.",
        schema=Schema(type="string", minLength=1),
        example='"minute";r=179;t=58, "hour";r=9999;t=3583',
    ),
    "Retry-After": Header(
        description="Seconds to wait before the next try.", schema=Schema(type="string", pattern="^[0-9]+$"), example="17"
    ),
    "Allow": Header(
        description="The methods that the path takes.",
        required=True,
        schema=Schema(type="string", minLength=1),
        example="POST",
    ),
    "WWW-Authenticate": Header(
        description="How to authenticate.",
        required=True,
        schema=Schema(type="string", minLength=1),
        example='APIKey realm="stampwell"',
    ),
    "Idempotency-Replayed": Header(
        description=(
            "This is the answer that a request with the same `Idempotency-Key` had before, byte for byte; nothing was done "
            "this time. Absent on an answer that is given for the first time."
        ),
        schema=Schema(type="string", const="true"),
    ),
    "ETag": Header(
        description="Another one after every change of the stamp: for the `If-Match` of a request that changes it.",
        schema=Schema(type="string", minLength=1),
        example='"3"',
    ),
}


def ref(component: str) -> Reference:
    return Reference.model_validate({"$ref": f"#/components/{component}"})


YES_NO = Schema(type="string", enum=YES_NO_SCHEMA["enum"], description="`Y` for yes, `N` for no.")

FIELD_ERROR = Schema(
    description="One wrong field.",
    type="object",
    required=["field", "message"],
    additionalProperties=False,
    properties={
        "field": Schema(type="string", description="The name of the wrong field."),
        "message": Schema(type="string", minLength=1, description="What is wrong with it and what would be right."),
    },
)

ERROR_RESPONSE = Schema(
    description="The envelope of everything that is not a success.",
    type="object",
    required=["code", "message", "result"],
    additionalProperties=False,
    properties={
        "code": Schema(
            type="integer",
            description="What went wrong; the first three digits are the HTTP status. `x-errors` lists those of an operation.",
        ),
        "message": Schema(type="string", minLength=1, description="What to do about it, in a sentence."),
        "result": Schema(type="null"),
        "errors": Schema(
            type="array",
            minItems=1,
            items=ref("schemas/FieldError"),
            description="With code 40002: one row for every wrong field.",
        ),
    },
)

# A string of RFC 9651, or the same without its quotes.
_IDEMPOTENCY_KEY = r'^("([ !#-\[\]-~]|\\["\\]){1,255}"|[!#-~][ -~]{0,254})$'


def _request_header(name: str, description: str, examples: dict[str, str], *, pattern: str | None = None) -> Parameter:
    return Parameter.model_validate(
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": description,
            "schema": Schema(type="string", pattern=pattern) if pattern else Schema(type="string"),
            "examples": {slug: Example(value=value) for slug, value in examples.items()},
        }
    )


def _delivery_header(name: str, description: str, example: str) -> Parameter:
    header = _request_header(name, description, {"sample": example})
    return header.model_copy(update={"required": True})


PARAMETERS: dict[str, Parameter] = {
    "RequestId": _request_header(
        "X-Request-Id",
        "Up to 128 of A-Z a-z 0-9 . _ : / + = @ - come back on the answer; anything else is replaced.",
        {"yours": "order-4711"},
    ),
    "AcceptLanguage": _request_header(
        "Accept-Language",
        "The languages you would read `message` in, the best first; en if none fits. `Content-Language` says which it is in.",
        {"korean": "ko-KR,ko;q=0.9,en;q=0.8"},
    ),
    "IdempotencyKey": _request_header(
        "Idempotency-Key",
        "Makes it safe to send the request again: what it does is done once, and for 24 hours its first answer is the answer "
        "to every request with the same key. 1 to 255 printable ASCII characters, in double quotes or bare; a fresh UUID for "
        "every new request does well.",
        {"uuid": "8e03978e-40d5-43e8-bc93-6894a57f9324"},
        pattern=_IDEMPOTENCY_KEY,
    ),
    "Prefer": _request_header(
        "Prefer",
        "`return=representation` has the changed object as `result`, which is null otherwise (RFC 7240).",
        {"representation": "return=representation"},
    ),
    "IfMatch": _request_header(
        "If-Match",
        "The `ETag` that `get` or `validate` answered: nothing is done if the stamp has changed since (41201). `*`, or left "
        "out: whatever version it has.",
        {"any": "*"},
    ),
    "WebhookId": _delivery_header(
        "webhook-id", "The same at every attempt; another one for another webhook or other fields.", "evt_8201_3"
    ),
    "WebhookTimestamp": _delivery_header("webhook-timestamp", "When the attempt began, in seconds since 1970.", "1772442080"),
    "WebhookSignature": _delivery_header(
        "webhook-signature",
        "`v1,` and the signature of id, timestamp and raw body; for a day after a rotation two of them, a space between.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}
"""Headers that a request may carry, by the name of their component."""

API_KEY = SecurityScheme(
    type="apiKey",
    name="Authorization",
    security_scheme_in="header",
    description="`APIKey`, a space, and the key: `Authorization: APIKey sk_live_…`",
)
