"""Closed months: what the books said when they were closed, and what changed when they were opened again."""
