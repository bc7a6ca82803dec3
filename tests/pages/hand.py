"""What a person does on pages, counted: every click, every field that is typed into."""

from typing import Literal

from playwright.sync_api import Page

Role = Literal["button", "link"]


class Hand:
    """Types and clicks by the words that are seen. `interactions` says how often."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def fill(self, label: str, text: str) -> None:
        self.interactions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def click(self, role: Role, name: str) -> None:
        """Of the page itself."""
        self.interactions += 1
        self.page.get_by_role("main").get_by_role(role, name=name, exact=True).click()

    def go(self, name: str) -> None:
        """By the navigation that every page has."""
        self.interactions += 1
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
