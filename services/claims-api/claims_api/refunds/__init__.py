"""Refunds of credits to payers and patients: asked for, approved, issued, and what becomes of the check."""
