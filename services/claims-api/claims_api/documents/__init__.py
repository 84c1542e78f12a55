"""Scans, letters and other papers: bytes behind a storage port, what they are and what they belong to."""
