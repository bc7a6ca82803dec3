"""`Idempotency-Key`: a request that is sent again is answered as the first time, and done once."""
