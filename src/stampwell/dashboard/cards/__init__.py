"""Stamp Card: a shelf of the shop's cards, their editor, and what becomes of them."""
