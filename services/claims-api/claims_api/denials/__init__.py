"""Lines a payer adjudicated and did not pay as billed."""
