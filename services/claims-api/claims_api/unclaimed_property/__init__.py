"""Money that belongs to somebody who does not ask for it: unapplied money by party, dormancy, letters and reports."""
