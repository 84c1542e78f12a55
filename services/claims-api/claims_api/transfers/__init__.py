"""Transfers: who owes an open amount, changed by a person and for a reason; the total stays."""
