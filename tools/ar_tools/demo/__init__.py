"""`make demo`: half a year of an invented practice on a local stack, seen through the public API alone."""
