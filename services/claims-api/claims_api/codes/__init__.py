"""The code lists that payers answer with, in our own words: CARC, RARC and claim status categories."""
