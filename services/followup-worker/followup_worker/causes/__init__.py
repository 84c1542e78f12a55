"""Which rules hold for which claims, denials, remittances and review items, and what that opens and closes."""
