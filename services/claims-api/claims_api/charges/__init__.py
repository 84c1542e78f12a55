"""Charges that come by themselves, before their claim: kept under the caller's own id, posted at once."""
