"""The key figures: one file each, listed in `catalogue`."""
