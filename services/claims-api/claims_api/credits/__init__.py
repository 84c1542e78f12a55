"""Credit balances: a liability in their own queue from the day they arise, with what to do about each."""
