"""Requests to addresses that a merchant chose: of webhooks, of the proofs of domains.

Somebody who may name an address must not reach this machine or its network by it. A URL is read in one way alone (`urls`), its
name is looked up once for each connection, every address is judged (`reach`), and the connection goes to an address that was
judged, by its number (`connecting`). `client` speaks HTTP/1.1 over it.
"""
