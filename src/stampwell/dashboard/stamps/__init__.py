"""Stamps: finding, issuing, looking at one, and marking it."""
