"""Stamp cards: a design with a number of marks and a reward."""
