"""What receivers say before adjudication: TA1, 999, 277CA."""
