"""What anybody did in an account beside marking stamps through the API, whose record is the ledger."""
