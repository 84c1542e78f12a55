CREATE VIEW followup_export.work_item_v1 AS
SELECT practice_id, id AS work_item_id, rule, subject_type, subject_id, generation, claim_id, payer_id, owner,
       state, amount_cents, opened_on, opened_at, due_on, deadline_on, snoozed_until, outcome, ended_at
FROM followup.work_item
;
COMMENT ON VIEW followup_export.work_item_v1 IS
    'What there is to do and was done, without notes and without names of people.'
;
GRANT SELECT ON ALL TABLES IN SCHEMA followup_export TO ar_claims, ar_followup, ar_reporting
;
