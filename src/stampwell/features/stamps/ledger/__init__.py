"""What the ledger says: its proof, and the daily counts that a worker derives from it."""
