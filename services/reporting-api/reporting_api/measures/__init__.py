"""Daily sums of what the ledger and the claims tell: the ground that the KPIs stand on."""
