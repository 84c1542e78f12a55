"""This service's own facts, written in its transactions and relayed to the one feed."""
