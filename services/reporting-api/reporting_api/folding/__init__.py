"""Bring the ledger's news into the rollups, each event exactly once."""
