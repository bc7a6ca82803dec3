"""Events: what happened in an account, in the order in which it was committed, for programs to hear of and to read again."""
