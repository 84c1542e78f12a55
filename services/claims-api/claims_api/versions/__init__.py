"""Versions of a claim after the first: correction, void, resubmission, late charges; made here, sent as any claim."""
