"""Who may call: API clients, their keys and grants, the built-in token issuer."""
