class BenchFailed(Exception):
    """The bench could not measure: a sentence that says what went wrong. A missed floor is no such thing."""
