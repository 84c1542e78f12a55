"""The simulated payers of a sandbox practice: they take our 837 and answer with TA1, 999, 277CA and 835."""
