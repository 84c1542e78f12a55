"""What a simulated payer decides, when it answers, and what its answers say. Pure: the same input, the same answer."""
