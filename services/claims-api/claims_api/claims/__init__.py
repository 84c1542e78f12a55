"""Charges, claims and the versions of a claim that were sent."""
