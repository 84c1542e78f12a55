"""Proofs of all books together: what must be equal, whether it is, and the postings behind each."""
