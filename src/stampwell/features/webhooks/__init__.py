"""Webhooks: addresses that events of an account are sent to, signed, again until they are answered."""
