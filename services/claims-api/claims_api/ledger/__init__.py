"""The double-entry ledger: journals, postings, balances."""
