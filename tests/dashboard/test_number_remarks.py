"""What a card says is held against its goal: a number that is another one is remarked."""

from dataclasses import replace

import pytest

from stampwell.core.phrases import english
from stampwell.dashboard.cards.number_remarks import number_remarks
from stampwell.features.cards.model import blank_card
from stampwell.features.cards.rewards import CardReward


def remarks(goal: int, title: str = "", reward: str = "", *, name: str = "Coffee") -> list[str]:
    card = replace(blank_card(1, 0), name=name, title=title, reward_title=reward, max_stamps=goal)
    return [remark.said(english) for remark in number_remarks(card)]


@pytest.mark.parametrize(
    "title",
    [
        "Ten coffees",
        "10 coffees",
        "TEN coffees, one free",
        "Your 10th coffee is free",
        "The tenth is on us",
        "커피 열 잔",
        "커피 10잔",
        "열 번째 커피는 무료",
        "コーヒー十杯",
        "コーヒー10杯",
        "コーヒー１０杯",
    ],
)
def test_a_title_with_another_number(title: str) -> None:
    assert remarks(8, title) == ["The title says 10, but the card takes 8 stamps."]
    assert remarks(10, title) == []


def test_a_reward_with_another_number() -> None:
    assert remarks(8, reward="your 10th coffee") == ["The reward says 10, but the card takes 8 stamps."]
    assert remarks(1, reward="the tenth cup") == ["The reward says 10, but the card takes 1 stamp."]


@pytest.mark.parametrize(
    "title",
    [
        "Coffee",
        "Since 1998",
        "Buy 8, the 9th is free",
        "The ninth is on us",
        "Only 3.50 €",
        "5 € off",
        "$10 off",
        "20% off",
        "Open 24/7",
        "8 - 10 am",
        "12:30",
        "No #10",
        "250 ml",
        "10월 5일까지",
        "세트 메뉴",
        "二子玉川店",
        "3月10日まで",
    ],
)
def test_what_is_right_or_counts_nothing(title: str) -> None:
    assert remarks(8, title) == []


@pytest.mark.parametrize("title", ["F\u0130VE coffees", "S\u0130X coffees", "f\u0131ve coffees", "T\u0130xTH coffee"])
def test_letters_that_only_look_like_those_of_a_number(title: str) -> None:
    assert remarks(8, title) == []


@pytest.mark.parametrize("title", ["FIVE coffees", "Five coffees"])
def test_a_number_in_capitals(title: str) -> None:
    assert remarks(8, title) == ["The title says 5, but the card takes 8 stamps."]


def test_a_card_without_a_title_shows_its_name() -> None:
    assert remarks(8, name="Ten coffees") == ["The title says 10, but the card takes 8 stamps."]
    assert remarks(8, "Coffee", name="Ten coffees") == []


@pytest.mark.parametrize("reward", ["2 free coffees", "three cookies", "a coffee", ""])
def test_a_few_of_something_are_a_reward(reward: str) -> None:
    assert remarks(8, reward=reward) == []


def test_the_number_of_a_reward_on_the_way() -> None:
    card = replace(blank_card(1, 0), title="5 for a cookie", max_stamps=8, rewards=(CardReward(5, "a cookie"),))
    assert number_remarks(card) == []
