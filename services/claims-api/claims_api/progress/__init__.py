"""How far the practice's facts have come: what others wait on instead of waiting for a time."""
