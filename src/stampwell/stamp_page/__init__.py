"""The customer's page of a stamp: `GET {domain}/stamp/{code}` and what belongs to it."""
