"""What the API answers when it says no, whole."""

_BLANKS = {
    " ": "a space",
    "\t": "a tab",
    "\xa0": "a no-break space",
    "\u200b": "a zero-width space",
    **dict.fromkeys("\n\r\x0b\x0c\x85", "a line end"),
}


def has_blank(character: str, *, where: str = "at the end") -> str:
    """What is said of a value with that character in it, which nobody sees."""
    return f"has {_BLANKS.get(character, 'a control character')} (U+{ord(character):04X}) {where}: remove it"


def without_quotes(number: object) -> str:
    """What is said of an integer that was sent as a text."""
    return f"must be an integer: send {number} without quotes"


def refusal(code: int, message: str) -> dict[str, object]:
    """The body of a refusal."""
    return {"code": code, "message": message, "result": None}


def wrong_fields(*rows: tuple[str, str]) -> dict[str, object]:
    """The body of a refusal of those fields: (name, what is wrong), in order."""
    (field, message), others = rows[0], rows[1:]
    summary = f"{field}: {message}"
    if others:
        named = ", ".join(dict.fromkeys(name for name, _ in others[:5]))
        summary += f" (also wrong: {named}{', …' if len(others) > 5 else ''}; see errors)"
    return {**refusal(40002, summary), "errors": [{"field": name, "message": wrong} for name, wrong in rows]}
