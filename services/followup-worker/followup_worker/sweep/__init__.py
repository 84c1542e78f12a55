"""Looks at a whole practice when time has passed: jobs are triggers, what is due is in a table."""
