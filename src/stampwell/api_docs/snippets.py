"""A call of the API as a program, in the languages of the documentation.

Everything is made from the call: no endpoint has a text of its own. `{origin}` and KEY_PLACEHOLDER stand in each program
once, where the server's address and the reader's key go.
"""

import json
import shlex
from dataclasses import dataclass
from textwrap import indent
from typing import Any
from urllib.parse import quote, urlencode

KEY_PLACEHOLDER = "sk_live_YOUR_KEY"
ORIGIN_PLACEHOLDER = "{origin}"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that works: its `given` values are the body, or the query's parameters where there is no body.

    answers: what the Python client makes of the result: "nothing", "value" or "rows" to go through.
    """

    method: str
    path: str
    given: dict[str, Any]
    has_body: bool
    answers: str

    @property
    def target(self) -> str:
        """Path and query."""
        if self.has_body or not self.given:
            return self.path
        return f"{self.path}?{urlencode(self.given, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class Snippet:
    """`language` is a name for programs, `label` the one for people."""

    language: str
    label: str
    code: str


LANGUAGES = {"curl": "curl", "python": "Python", "javascript": "JavaScript", "php": "PHP"}


def snippets_of(call: Call) -> tuple[Snippet, ...]:
    """The call in every language, in the order of LANGUAGES."""
    made = {"curl": _curl(call), "python": _python(call), "javascript": _javascript(call), "php": _php(call)}
    return tuple(Snippet(language, label, made[language]) for language, label in LANGUAGES.items())


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _curl(call: Call) -> str:
    # curl sends what it is given as -d with POST and everything else with GET, unless -X says otherwise.
    verb = "" if call.method == ("POST" if call.has_body else "GET") else f"-X {call.method} "
    # Quoted where a shell makes more of ? and & than an address.
    quoted = "" if call.has_body else "'"
    address = f"{quoted}{ORIGIN_PLACEHOLDER}{call.target}{quoted}"
    parts = [f"curl {verb}{address}", f"-H 'Authorization: APIKey {KEY_PLACEHOLDER}'"]
    if call.has_body:
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(_inner(pretty(call.given), 2))}"]
    return " \\\n  ".join(parts)


def _python(call: Call) -> str:
    """With the project's own client, whose methods have the names of the paths and take the fields by keyword."""
    _, _, subject, _, verb = call.path.split("/")
    arguments = "".join(f"        {name}={_inner(_python_value(value), 8)},\n" for name, value in call.given.items())
    within = f"\n{arguments}    " if arguments else ""
    called = f"shop.{subject}s.{verb}({within})"
    line = {"nothing": called, "value": f"print({called})", "rows": f"for row in {called}:\n        print(row)"}[call.answers]
    opened = f'with Stampwell("{ORIGIN_PLACEHOLDER}", api_key="{KEY_PLACEHOLDER}") as shop:'
    return f"from stampwell_client import Stampwell\n\n{opened}\n    {line}"


def _javascript(call: Call) -> str:
    options = [] if call.method == "GET" else [f'method: "{call.method}"']
    headers = f'headers: {{ Authorization: "APIKey {KEY_PLACEHOLDER}"'
    options.append(headers + (', "Content-Type": "application/json" }' if call.has_body else " }"))
    if call.has_body:
        options.append(f"body: JSON.stringify({_inner(_javascript_value(call.given), 2)})")
    return "\n".join(
        (
            f'const response = await fetch("{ORIGIN_PLACEHOLDER}{call.target}", {{',
            *(f"  {option}," for option in options),
            "});",
            "const { code, message, result } = await response.json();",
            "if (code !== 0) throw new Error(`${code}: ${message}`);",
            "console.log(result);",
        )
    )


def _php(call: Call) -> str:
    headers = [f"Authorization: APIKey {KEY_PLACEHOLDER}", *(["Content-Type: application/json"] if call.has_body else [])]
    options: dict[str, Any] = {"method": call.method, "header": headers, "ignore_errors": True}
    lines = [f"    '{name}' => {_inner(_php_value(value), 4)}," for name, value in options.items()]
    if call.has_body:
        lines.append(f"    'content' => json_encode({_inner(_php_value(call.given), 4)}),")
    return "\n".join(
        (
            "<?php",
            "$context = stream_context_create(['http' => [",
            *lines,
            "]]);",
            f"$response = file_get_contents('{ORIGIN_PLACEHOLDER}{call.target}', false, $context);",
            "$answer = json_decode($response, true);",
            "if ($answer['code'] !== 0) {",
            "    throw new Exception($answer['message']);",
            "}",
            "print_r($answer['result']);",
        )
    )


def _inner(text: str, spaces: int) -> str:
    """All lines but the first, indented."""
    return indent(text, " " * spaces).lstrip()


def _python_value(value: Any) -> str:
    match value:
        case dict():
            return _block("{", [f"{_python_value(name)}: {_python_value(held)}" for name, held in value.items()], "}", spaces=4)
        case list():
            return _block("[", [_python_value(held) for held in value], "]", spaces=4)
        case str():
            return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _javascript_value(value: Any) -> str:
    match value:
        case dict():
            return _block("{", [f"{name}: {_javascript_value(held)}" for name, held in value.items()], "}", spaces=2)
        case list():
            return _block("[", [_javascript_value(held) for held in value], "]", spaces=2)
    return json.dumps(value, ensure_ascii=False)


def _php_value(value: Any) -> str:
    match value:
        case dict():
            return _block("[", [f"{_php_value(name)} => {_php_value(held)}" for name, held in value.items()], "]", spaces=4)
        case list():
            return _block("[", [_php_value(held) for held in value], "]", spaces=4)
        case str():
            # In single quotes PHP reads nothing into $ or \n.
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return json.dumps(value)


def _block(opening: str, items: list[str], closing: str, *, spaces: int) -> str:
    """What is inside stands on lines of its own, each with its comma; plain values of a list share one."""
    if all(":" not in item and "=>" not in item and "\n" not in item for item in items) and opening == "[":
        return opening + ", ".join(items) + closing
    held = "".join(f"{indent(item, ' ' * spaces)},\n" for item in items)
    return f"{opening}\n{held}{closing}" if items else opening + closing
