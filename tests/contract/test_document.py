"""The OpenAPI document: valid, whole, and in step with the routes and the errors."""

from typing import Any

import pytest
import schemathesis
from reading import codes_of, examples_of, headers_of, operations, references_of, resolve, responses_of, validator, words_of

from kit.databases import Databases
from kit.shop import Shop, least
from stampwell.api_docs.openapi import BODY_ERRORS, KIT_ERRORS, build_document
from stampwell.api_docs.samples import SAMPLES
from stampwell.api_policy import EFFECT_ERRORS, POLICY_ERRORS
from stampwell.app import SCHEMAS
from stampwell.core.errors import AppError, PageError
from stampwell.features.stamps.errors import VersionMismatch
from stampwell.http import errors as kit_errors

LARGEST = 2**63 - 1


def all_errors() -> set[type[AppError]]:
    """Every error with a code, wherever it is declared."""
    found: set[type[AppError]] = set()
    waiting = [AppError]
    while waiting:
        for error in waiting.pop().__subclasses__():
            waiting.append(error)
            # Pages say theirs to people, without a code.
            if error.__module__.startswith("stampwell.") and hasattr(error, "code") and not issubclass(error, PageError):
                found.add(error)
    return found


class TestForm:
    def test_it_is_valid_openapi(self, document: dict[str, Any]) -> None:
        assert document["openapi"].startswith("3.1.")
        schemathesis.openapi.from_dict(document).validate()

    def test_no_value_is_null_but_in_examples_and_enums(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        assert [name for name, schema in schemas.items() if None in schema.values()] == []

    def test_limits_of_integers_are_exact(self, document: dict[str, Any]) -> None:
        card = document["components"]["schemas"]["CreateStamp"]["properties"]["cardIdx"]
        assert (card["minimum"], card["maximum"]) == (-LARGEST - 1, LARGEST)
        assert isinstance(card["maximum"], int)

    def test_defaults_are_those_of_the_contract(self, document: dict[str, Any]) -> None:
        properties = document["components"]["schemas"]["CreateStamp"]["properties"]
        assert properties["activeYn"]["description"].endswith(" Left out: `Y`.")
        (limit,) = [
            parameter
            for parameter in document["paths"]["/api/stamp/v1/list"]["get"]["parameters"]
            if parameter.get("name") == "limit"
        ]
        assert limit["schema"]["default"] == 50

    def test_every_field_is_described(self, document: dict[str, Any]) -> None:
        for name, schema in document["components"]["schemas"].items():
            for field, member in schema.get("properties", {}).items():
                forms = [member, *member.get("anyOf", [])]
                assert any("description" in resolve(document, form) or form.get("type") == "null" for form in forms[:2]), (
                    f"{name}.{field}"
                )
        for _, path, operation in operations(document):
            for parameter in operation["parameters"]:
                assert resolve(document, parameter)["description"], f"{path} {parameter}"

    def test_limits_are_said_in_the_words_of_json_schema(self, document: dict[str, Any]) -> None:
        limits = {
            parameter["name"]: parameter["schema"].get("anyOf", [parameter["schema"]])[0]
            for parameter in document["paths"]["/api/stamp/v1/list"]["get"]["parameters"]
            if "schema" in parameter
        }
        assert limits["limit"] == {"type": "integer", "minimum": 1, "maximum": 100}
        assert limits["userId"]["maxLength"] == 100
        assert not {"ge", "le", "gt", "lt", "max_length"} & words_of(document)

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        for reference in references_of(document):
            assert resolve(document, {"$ref": reference})


class TestRoutes:
    def test_it_lists_every_route(self, shop: Shop, document: dict[str, Any]) -> None:
        listed = {(method, path) for method, path, _ in operations(document)}
        assert listed == {(route.method, route.path) for route in shop.app.routes}

    def test_every_operation_asks_for_a_key_with_the_route_s_scope(self, shop: Shop, document: dict[str, Any]) -> None:
        scopes = {(route.method, route.path): route.scope for route in shop.app.routes}
        for method, path, operation in operations(document):
            assert operation["security"] == [{"ApiKey": [scopes[method, path]]}]
        assert document["components"]["securitySchemes"]["ApiKey"]["name"] == "Authorization"

    def test_request_examples_keep_their_own_schema(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            for content in [operation["requestBody"]["content"]["application/json"]] if "requestBody" in operation else []:
                assert content["examples"]
                for example in content["examples"].values():
                    validator(document, resolve(document, content["schema"])).validate(example["value"])
            for parameter in operation["parameters"]:
                for example in resolve(document, parameter).get("examples", {}).values():
                    validator(document, resolve(document, parameter)["schema"]).validate(example["value"])

    def test_what_a_route_takes_is_in_its_body_or_in_its_query(self, shop: Shop, document: dict[str, Any]) -> None:
        for route in shop.app.routes:
            operation = document["paths"][route.path][route.method.lower()]
            in_query = {part["name"]: part["required"] for part in operation["parameters"] if part.get("in") == "query"}
            assert ("requestBody" in operation) == (route.takes == "body")
            fields = {name: field.is_required() for name, field in route.request.model_fields.items()}
            assert in_query == (fields if route.takes == "query" else {})

    def test_no_parameter_can_be_null(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            for parameter in operation["parameters"]:
                assert not validator(document, resolve(document, parameter)["schema"]).is_valid(None)

    def test_headers_that_a_request_may_carry(self, shop: Shop, document: dict[str, Any]) -> None:
        for route in shop.app.routes:
            operation = document["paths"][route.path][route.method.lower()]
            expected = {"X-Request-Id", "Accept-Language"}
            expected |= {"Idempotency-Key"} if route.method != "GET" else set()
            expected |= {"Prefer"} if route.representation else set()
            expected |= {"If-Match"} if VersionMismatch in route.errors else set()
            assert headers_of(document, operation) == expected
            in_answer = operation["responses"]["200"]["headers"]
            assert ("Idempotency-Replayed" in in_answer) == (route.method != "GET")
            assert ("ETag" in in_answer) == (route.path in {"/api/stamp/v1/get", "/api/stamp/v1/validate"})

    @pytest.mark.parametrize(
        ("key", "is_one"),
        [
            ("8e03978e-40d5-43e8-bc93-6894a57f9324", True),
            ('"8e03978e-40d5-43e8-bc93-6894a57f9324"', True),
            ("x", True),
            ("x" * 255, True),
            (f'"{"x" * 255}"', True),
            ('"a \\" b \\\\ c"', True),
            ('a "quoted" word', True),
            ("", False),
            ('""', False),
            ('"x', False),
            ("x" * 256, False),
            (f'"{"x" * 256}"', False),
            ("ключ", False),
            ("a\tb", False),
        ],
    )
    def test_an_idempotency_key_is_what_the_server_takes_for_one(
        self, shop: Shop, document: dict[str, Any], key: str, *, is_one: bool
    ) -> None:
        schema = document["components"]["parameters"]["IdempotencyKey"]["schema"]
        assert validator(document, schema).is_valid(key) is is_one
        answer = shop.create(shop.alice, least(), headers={"Idempotency-Key": key.encode()})
        assert (answer.status == 200) is is_one

    def test_answer_examples_keep_their_own_schema(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            for response in responses_of(document, operation).values():
                schema = response["content"]["application/json"]["schema"]
                for example in examples_of(document, response):
                    validator(document, schema).validate(example)


class TestErrors:
    def test_the_kit_documents_each_of_its_own(self) -> None:
        own = {error for error in vars(kit_errors).values() if isinstance(error, type) and issubclass(error, AppError)}
        assert own - {AppError} <= {*KIT_ERRORS, *BODY_ERRORS}

    def test_every_error_has_a_sample_and_says_when(self) -> None:
        assert {type(sample) for sample in SAMPLES} == all_errors()
        assert [sample for sample in SAMPLES if not (sample.when and sample.message)] == []

    def test_an_error_without_a_sample_is_named(self, shop: Shop) -> None:
        with pytest.raises(LookupError, match="NotJson"):
            build_document(shop.app.routes, version="1", policy_errors=POLICY_ERRORS, schemas=SCHEMAS, samples=[])

    def test_every_operation_lists_every_error_under_its_status(self, shop: Shop, document: dict[str, Any]) -> None:
        routes = {(route.method, route.path): route for route in shop.app.routes}
        for method, path, operation in operations(document):
            route = routes[method, path]
            expected = {*KIT_ERRORS, *POLICY_ERRORS, *route.errors}
            expected |= set(BODY_ERRORS) if route.takes == "body" else set()
            expected |= set(EFFECT_ERRORS) if route.method != "GET" else set()
            listed = {(error["code"], error["example"]) for error in operation["x-errors"]}
            assert listed == {(error.code, error.__name__) for error in expected}
            assert {status for status in operation["responses"] if status != "200"} == {str(error.status) for error in expected}
            for status, response in responses_of(document, operation).items():
                lines = [f"* `{error.code}` {error.when}" for error in expected if str(error.status) == status]
                assert sorted(line for line in response["description"].split("\n") if line.startswith("* ")) == sorted(lines)
                codes = {error.code for error in expected if str(error.status) == status}
                assert codes <= {example["code"] for example in examples_of(document, response)}

    def test_headers_of_refusals_are_declared(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            required = {
                status: {name for name, header in response["headers"].items() if resolve(document, header).get("required")}
                for status, response in responses_of(document, operation).items()
            }
            always = {"X-Request-Id", "Content-Language"}
            assert required["200"] == always
            assert required["401"] == always | {"WWW-Authenticate"}
            assert required["405"] == always | {"Allow"}
            assert required["429"] == required["503"] == always | {"Retry-After"}
            assert "409" not in required or required["409"] == always

    def test_with_error_status_200_refusals_stand_under_200(self, databases: Databases) -> None:
        lenient = Shop(databases.fresh("sqlite"), error_status="200")
        try:
            document = lenient.request("GET", "/api/openapi.json").json
            answer = lenient.create(lenient.alice, {"cardIdx": "123"})
            assert lenient.request("GET", "/api/docs").status == 200
        finally:
            lenient.close()
        for _, _, operation in operations(document):
            assert set(operation["responses"]) == {"200", "500", "503"}
            success = operation["responses"]["200"]
            assert {40002, 42901, 50001} <= codes_of(operation)
            assert not any(resolve(document, success["headers"][name]).get("required") for name in ("Allow", "Retry-After"))
            assert {0, 40002, 42901} <= {example["code"] for example in examples_of(document, success)}
            for example in [*examples_of(document, success), answer.json]:
                validator(document, success["content"]["application/json"]["schema"]).validate(example)


class TestServing:
    def test_it_is_json_that_may_be_kept_as_long_as_it_is_asked_after(self, shop: Shop) -> None:
        answer = shop.request("GET", "/api/openapi.json")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_an_unchanged_one_is_not_sent_again(self, shop: Shop) -> None:
        tag = shop.request("GET", "/api/openapi.json").headers["ETag"]
        again = shop.request("GET", "/api/openapi.json", headers={"If-None-Match": f'W/"old", {tag}'})
        assert (again.status, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert shop.request("GET", "/api/openapi.json", headers={"If-None-Match": '"old"'}).status == 200

    def test_it_needs_no_key_and_takes_no_other_method(self, shop: Shop) -> None:
        answer = shop.request("POST", "/api/openapi.json", body={})
        assert (answer.status, answer.json["code"], answer.headers["Allow"]) == (405, 40501, "GET, HEAD")
