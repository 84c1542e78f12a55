"""Money a payer took back without saying for which claim: open amounts, assigned by hand."""
