"""What waits for a person: opened by any feature, told to the world at once."""
