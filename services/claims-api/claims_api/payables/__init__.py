"""What the practice owes its vendors: bills by terms, approved, paid, aged; no general ledger."""
