"""Everything a service needs to run: settings, database, security, HTTP, events, logs, metrics."""
