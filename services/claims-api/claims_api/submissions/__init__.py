"""Claims go out: batches of 837, their numbers, their way to the clearinghouse."""
