"""Open receivables by age, as of any day, on two clocks."""
