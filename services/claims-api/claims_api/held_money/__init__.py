"""Money of payments that waits for a person: the queue, and what is done by hand about it."""
