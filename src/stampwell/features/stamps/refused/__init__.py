"""Tries to add a stamp or to redeem that were refused: why a card has fewer stamps than somebody expects."""
