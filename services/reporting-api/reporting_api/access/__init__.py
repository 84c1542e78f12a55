"""Who looked at claims through a report."""
