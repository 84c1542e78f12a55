"""The X12 wire format: tokens, envelope, findings, and one reader and one writer module per set. Pure."""
