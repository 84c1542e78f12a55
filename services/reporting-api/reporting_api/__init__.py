"""reporting-api: folds the ledger into figures one can prove."""
