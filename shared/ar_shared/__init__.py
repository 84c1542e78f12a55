"""What the three services share: kernel (pure), platform (HTTP, SQL, security), x12 (the wire format)."""
