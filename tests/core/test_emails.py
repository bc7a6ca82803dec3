from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core import emails
from stampwell.core.emails import is_email_address

everyday = st.from_regex(emails._EVERYDAY, fullmatch=True).filter(lambda text: text.index("@") <= emails._LONGEST_LOCAL_PART)


@given(everyday)
def test_the_library_takes_all_that_the_fast_path_takes(address: str) -> None:
    parsed = validate_email(address, check_deliverability=False, globally_deliverable=False)
    assert parsed.normalized.lower() == address.lower()
    assert is_email_address(address)


@given(st.text() | st.from_regex(r".{0,10}@.{0,10}", fullmatch=True))
def test_any_text_is_answered(text: str) -> None:
    assert is_email_address(text) in {True, False}
    assert not (is_email_address(text) and "@" not in text)
