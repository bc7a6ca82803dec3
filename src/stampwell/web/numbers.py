"""Numbers in paths: `{card_id:idx}`."""

from starlette.convertors import Convertor, register_url_convertor


class _Idx(Convertor[int]):
    """A number that the database can count to."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


def register_numbers() -> None:
    """Has to be called before routes with them are made."""
    register_url_convertor("idx", _Idx())
