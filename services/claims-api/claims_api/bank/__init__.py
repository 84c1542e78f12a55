"""What the bank says: statements and their lines, and which payments each line brought."""
