"""The OpenAPI document gives generators of clients what they need to make good ones."""

import json
import re
from collections import Counter
from typing import Any

from reading import described_of, operations, parts_of, references_of, resolve

from kit.databases import Databases
from kit.shop import Shop

_INT32 = range(-(2**31), 2**31)


def shape_of(schema: Any) -> Any:
    """The schema without what is only for people."""
    if isinstance(schema, list):
        return [shape_of(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {word: shape_of(value) for word, value in schema.items() if word not in {"description", "title", "default"}}


def has_type(schema: dict[str, Any], name: str) -> bool:
    types = schema.get("type")
    return name in (types if isinstance(types, list) else [types])


class TestSchemas:
    def test_every_array_has_items(self, document: dict[str, Any]) -> None:
        arrays = [part for part in described_of(document) if has_type(part, "array")]
        assert len(arrays) >= 5
        assert [array for array in arrays if not array.get("items")] == []

    def test_every_object_has_a_name_of_its_own(self, document: dict[str, Any]) -> None:
        named = document["components"]["schemas"]
        objects = [part for part in described_of(document) if has_type(part, "object")]
        assert {id(part) for part in objects} <= {id(schema) for schema in named.values()}
        shapes = Counter(json.dumps(shape_of(schema), sort_keys=True) for schema in named.values())
        assert [shape for shape, times in shapes.items() if times > 1] == []

    def test_every_name_is_used(self, document: dict[str, Any]) -> None:
        used = references_of(document)
        for kind, components in document["components"].items():
            if kind != "securitySchemes":
                assert [name for name in components if f"#/components/{kind}/{name}" not in used] == []

    def test_a_choice_is_between_words(self, document: dict[str, Any]) -> None:
        """Generators make a member of an enumeration out of each: of "" and null, odd ones."""
        enumerations = [part for part in described_of(document) if "enum" in part]
        assert enumerations
        for part in enumerations:
            assert part["type"] == "string"
            assert all(re.fullmatch(r"[A-Za-z]+(_[A-Za-z]+)*", value) for value in part["enum"])

    def test_an_integer_that_may_need_64_bits_says_so(self, document: dict[str, Any]) -> None:
        integers = [part for part in described_of(document) if has_type(part, "integer")]
        large = [part for part in integers if part.get("maximum", 0) not in _INT32 or part.get("minimum", 0) not in _INT32]
        assert large
        assert [part for part in large if part.get("format") != "int64"] == []
        for name in ("Stamp", "HistoryRow", "IssuedRow", "Card"):
            members = document["components"]["schemas"][name]["properties"]
            numbers = [member.get("anyOf", [member])[0] for word, member in members.items() if word.endswith("Idx")]
            assert numbers
            assert all((number["type"], number["format"]) == ("integer", "int64") for number in numbers)

    def test_no_member_of_a_body_has_a_default(self, document: dict[str, Any]) -> None:
        """openapi-typescript makes such a member required."""
        for schema in document["components"]["schemas"].values():
            assert [name for name, member in schema.get("properties", {}).items() if "default" in member] == []


class TestOperations:
    def test_each_has_a_name_for_a_method_and_a_summary(self, document: dict[str, Any]) -> None:
        names = [operation["operationId"] for _, _, operation in operations(document)]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name) for name in names)
        assert all(operation["summary"] for _, _, operation in operations(document))

    def test_every_tag_that_is_used_is_described_and_the_other_way_round(self, document: dict[str, Any]) -> None:
        used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
        assert {tag["name"] for tag in document["tags"]} == used
        assert all(tag["description"].endswith(".") for tag in document["tags"])

    def test_every_success_is_a_named_envelope(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert re.fullmatch(r"#/components/schemas/\w+Response", schema["$ref"])
            assert list(resolve(document, schema)["properties"]) == ["code", "message", "result"]

    def test_every_error_is_a_shared_response_with_one_envelope(self, document: dict[str, Any]) -> None:
        for _, _, operation in operations(document):
            for status, response in operation["responses"].items():
                if status != "200":
                    assert response["$ref"].startswith("#/components/responses/")
        for response in document["components"]["responses"].values():
            assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorResponse"}

    def test_errors_under_200_have_the_same_envelope(self, databases: Databases) -> None:
        lenient = Shop(databases.fresh("sqlite"), error_status="200")
        try:
            document = lenient.request("GET", "/api/openapi.json").json
        finally:
            lenient.close()
        assert set(document["components"]["responses"]) == {"InternalServerError", "ServiceUnavailable"}
        for _, _, operation in operations(document):
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            success, error = schema["anyOf"]
            assert success["$ref"].endswith("Response")
            assert error == {"$ref": "#/components/schemas/ErrorResponse"}

    def test_head_is_not_listed(self, document: dict[str, Any]) -> None:
        assert {method for method, _, _ in operations(document)} <= {"GET", "POST", "PUT", "DELETE"}


def test_every_list_of_results_is_typed_to_its_last_row(document: dict[str, Any]) -> None:
    """What a generator cannot type, it leaves out, with all that refers to it."""
    assert [part for part in parts_of(document["components"]["schemas"]) if part == {}] == []
