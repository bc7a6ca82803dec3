"""The client's exceptions are the server's refusals."""

import pytest

from stampwell.api_docs.samples import SAMPLES
from stampwell_client import ApiError, ServerError, refusals
from stampwell_client.refusals import ERRORS

CLASSES = sorted(ERRORS.items())


def test_there_is_one_class_for_each_code_of_the_server() -> None:
    assert sorted(ERRORS) == sorted({sample.code for sample in SAMPLES})


@pytest.mark.parametrize(("code", "error"), CLASSES)
def test_each_has_the_status_of_its_code_and_says_when(code: int, error: type[ApiError]) -> None:
    assert error.status == code // 100
    assert error.__doc__


def test_those_of_one_status_are_below_one_class() -> None:
    by_status: dict[int, list[type[ApiError]]] = {}
    for code, error in CLASSES:
        by_status.setdefault(code // 100, []).append(error)
    for errors in by_status.values():
        parents = {error.__base__ for error in errors}
        assert len(parents) == 1
        assert ApiError not in parents or len(errors) == 1
    assert all(issubclass(error, ServerError) == (code >= 50000) for code, error in CLASSES)


def test_all_of_them_are_exported() -> None:
    exported = vars(__import__("stampwell_client"))
    named = {name for name, value in vars(refusals).items() if isinstance(value, type) and issubclass(value, ApiError)}
    assert named <= set(exported["__all__"])
    assert set(exported["__all__"]) <= set(exported)
