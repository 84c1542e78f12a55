"""The tenants: practices, their clocks and their settings."""
