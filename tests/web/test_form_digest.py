"""What makes two forms the same one, so that it is carried out once."""

from io import BytesIO

from stampwell.web.forms import Form, Upload


def digest(texts: dict[str, list[str]], **files: bytes) -> str:
    return Form(texts, {name: Upload("a.csv", BytesIO(content)) for name, content in files.items()}).digest()


def test_the_same_answers_in_any_order() -> None:
    assert digest({"a": ["1"], "b": ["2"]}, f=b"x", g=b"y") == digest({"b": ["2"], "a": ["1"]}, g=b"y", f=b"x")


def test_any_difference_makes_another_form() -> None:
    forms = [
        digest({}),
        digest({"a": [""]}),
        digest({"a": ["1"]}),
        digest({"a": ["2"]}),
        digest({"a": ["1", "2"]}),
        digest({"a": ["2", "1"]}),
        digest({"a": ["12"]}),
        digest({"a1": ["2"]}),
        digest({"a": ["1"]}, f=b""),
        digest({"a": ["1"]}, f=b"x"),
        digest({"a": ["1"]}, f=b"y"),
        digest({"a": ["1"]}, g=b"x"),
    ]
    assert len(set(forms)) == len(forms)
