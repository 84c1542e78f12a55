"""Repeatable writes, and who looked at or changed what."""
