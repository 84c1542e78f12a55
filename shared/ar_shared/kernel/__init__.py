"""Pure building blocks: money, dates, ids, the clock, errors. Imports no framework."""
