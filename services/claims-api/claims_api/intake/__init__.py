"""EDI files that come in: recognised, routed to the practice they are for, and processed one transaction at a time."""
