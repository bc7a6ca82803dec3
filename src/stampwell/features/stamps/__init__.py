"""Stamps: one customer's copies of a card, their marks, their rewards, and the ledger of all that happens to them."""
