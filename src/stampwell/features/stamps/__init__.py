"""Stamps: customers' copies of a card."""
