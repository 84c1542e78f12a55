"""Overpayment cases: what we owe a payer, since when somebody knew, and by when it goes back."""
