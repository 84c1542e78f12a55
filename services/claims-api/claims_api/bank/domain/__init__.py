"""Pure rules of the bank: reading statements, finding the payments of a line."""
