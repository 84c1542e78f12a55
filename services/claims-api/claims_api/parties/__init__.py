"""The people and organisations a claim is about."""
