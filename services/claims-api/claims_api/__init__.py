"""claims-api: takes charges and claims in, talks to payers, keeps the ledger."""
