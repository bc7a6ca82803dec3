"""The documentation page, read as a test reads it."""

from typing import Any

from playwright.sync_api import Page

from kit.shop import Shop

DOCS = "/api/docs"
GUIDE = f"{DOCS}/webhooks"
CODE = "[data-language=curl] pre"
LANGUAGES = ("curl", "python", "javascript", "php")


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def document_of(shop: Shop) -> dict[str, Any]:
    served: dict[str, Any] = shop.request("GET", "/api/openapi.json").json
    return served


def operations_of(shop: Shop) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every endpoint, in the order of the document."""
    paths = document_of(shop)["paths"]
    return [(method.upper(), path, operation) for path, methods in paths.items() for method, operation in methods.items()]


def given_of(shop: Shop, operation: dict[str, Any]) -> set[str]:
    """What the endpoint takes, in its body or its query."""
    if "requestBody" in operation:
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        return set(document_of(shop)["components"]["schemas"][name]["properties"])
    return {parameter["name"] for parameter in operation["parameters"] if parameter.get("in") == "query"}


def fields_of(page: Page, operation_id: str) -> list[list[str]]:
    """The rows of the endpoint's table of what it takes."""
    return [row.split("\t") for row in texts(page, f"#{operation_id}-fields + table tbody tr")]


def programs_of(page: Page, place: str, language: str) -> list[str]:
    """What the section shows in that language, whether it is chosen or not."""
    return [text.strip() for text in page.locator(f"#{place} [data-language={language}] pre").all_text_contents()]
