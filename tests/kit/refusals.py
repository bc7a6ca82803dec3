"""What the API answers when it says no, whole."""


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
