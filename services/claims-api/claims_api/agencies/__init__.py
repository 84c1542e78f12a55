"""Agencies: patients' balances placed with them and recalled, and what they collect and keep."""
