"""What every operation of the OpenAPI document refers to: headers, the envelope of a refusal, the key."""

from openapi_pydantic.v3.v3_1 import Header, Parameter, Reference, Schema, SecurityScheme

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
    "Allow": Header(description="The methods that the path takes.", schema=Schema(type="string", minLength=1), example="POST"),
    "WWW-Authenticate": Header(
        description="How to authenticate.", schema=Schema(type="string", minLength=1), example='APIKey realm="stampwell"'
    ),
}


def ref(component: str) -> Reference:
    return Reference.model_validate({"$ref": f"#/components/{component}"})


FIELD_ERROR = Schema(
    type="object",
    required=["field", "message"],
    additionalProperties=False,
    properties={
        "field": Schema(type="string", description="The name of the wrong field."),
        "message": Schema(type="string", minLength=1, description="What is wrong with it and what would be right."),
    },
)

REFUSAL = Schema(
    description="The envelope of everything that is not a success.",
    type="object",
    required=["code", "message", "result"],
    additionalProperties=False,
    properties={
        "code": Schema(type="integer", description="What went wrong. The first three digits are the HTTP status."),
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

REQUEST_ID = Parameter.model_validate(
    {
        "name": "X-Request-Id",
        "in": "header",
        "required": False,
        "description": "Up to 128 of A-Z a-z 0-9 . _ : / + = @ - come back on the answer; anything else is replaced.",
        "schema": {"type": "string"},
    }
)

API_KEY = SecurityScheme(
    type="apiKey",
    name="Authorization",
    security_scheme_in="header",
    description="`APIKey`, a space, and the key: `Authorization: APIKey sk_live_…`",
)
