"""Reads the event feed: an event says where to look, the exported views say what holds."""
