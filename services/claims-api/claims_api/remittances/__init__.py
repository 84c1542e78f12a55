"""835 payments: stored, matched, posted, held."""
