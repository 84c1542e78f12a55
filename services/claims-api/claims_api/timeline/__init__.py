"""The one correlated story of a claim, from all features that know a part of it."""
