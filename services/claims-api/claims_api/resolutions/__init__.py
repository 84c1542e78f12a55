"""Resolutions: what becomes of held money that is not ours, of differences, and of money the bank never shows."""
