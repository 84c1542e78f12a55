COMMENT ON SCHEMA reporting IS
    'Rollups of the ledger and the event feed; all of it can be dropped and folded again. Nobody reads it by view.'
;
