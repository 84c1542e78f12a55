CREATE VIEW claims.ledger_entry AS
SELECT p.practice_id, p.journal_id, p.n, s.side, s.account, s.party_id, s.sequence,
       s.first_bill_on, s.responsible_on, s.amount_cents,
       p.entry, p.service_on, p.charge_id, p.claim_id, p.coverage_id,
       p.remittance_id, p.remittance_claim_n, p.remittance_line_n, p.group_code, p.carc,
       p.billing_entity_id, p.location_id, p.rendering_provider_id, p.payer_id, p.plan_id, p.financial_class,
       s.other_account
FROM claims.posting p
CROSS JOIN LATERAL (VALUES
    ('D', p.debit_account, p.credit_account, p.debit_party_id, p.debit_sequence,
     p.debit_first_bill_on, p.debit_responsible_on, p.amount_cents),
    ('C', p.credit_account, p.debit_account, p.credit_party_id, p.credit_sequence,
     p.credit_first_bill_on, p.credit_responsible_on, -p.amount_cents)
) AS s(side, account, other_account, party_id, sequence, first_bill_on, responsible_on, amount_cents)
;
COMMENT ON VIEW claims.ledger_entry IS
    'Each posting as its two entries; debits positive, credits negative. The only place that turns one into two.'
;
GRANT SELECT ON claims.ledger_entry TO ar_claims
;
CREATE VIEW claims_export.practice_v1 AS
SELECT id AS practice_id, uuid, name, mode, time_zone, test_clock_at FROM claims.practice
;
CREATE VIEW claims_export.client_practice_v1 AS
SELECT client_id, practice_id FROM claims.api_client_practice
;
CREATE VIEW claims_export.client_v1 AS
SELECT id AS client_id, kind, jwks, disabled_at FROM claims.api_client
;
CREATE VIEW claims_export.event_v1 AS
SELECT practice_id, sequence, source, source_event_id, type, subject_type, subject_id, data, occurred_at, recorded_at
FROM claims.event
;
CREATE VIEW claims_export.event_head_v1 AS
SELECT practice_id, last_sequence FROM claims.event_head
;
CREATE VIEW claims_export.journal_v1 AS
SELECT practice_id, id AS journal_id, kind, effective_on, source_on, posted_at, source_type, source_id,
       reverses_journal_id, event_outbox_id
FROM claims.journal
;
CREATE VIEW claims_export.ledger_entry_v1 AS
SELECT e.sequence AS event_sequence, j.kind, j.effective_on, j.posted_at, j.source_type, j.source_id,
       l.practice_id, l.journal_id, l.n, l.side, l.account, l.party_id, l.sequence,
       l.first_bill_on, l.responsible_on, l.amount_cents, l.entry, l.service_on, l.charge_id, l.claim_id,
       l.coverage_id, l.remittance_id, l.remittance_claim_n, l.remittance_line_n, l.group_code, l.carc,
       l.billing_entity_id, l.location_id, l.rendering_provider_id, l.payer_id, l.plan_id, l.financial_class,
       l.other_account
FROM claims.event e
JOIN claims.journal j
  ON j.practice_id = e.practice_id AND j.event_outbox_id = e.source_event_id AND e.source = 'claims'
JOIN claims.ledger_entry l ON l.practice_id = j.practice_id AND l.journal_id = j.id
;
CREATE VIEW claims_export.closed_period_v1 AS
SELECT v.practice_id, v.month, max(v.version) AS version
FROM claims.period_version v
JOIN claims.open_period o ON o.practice_id = v.practice_id AND v.month < o.first_open_day
GROUP BY v.practice_id, v.month
;
CREATE VIEW claims_export.claim_v1 AS
SELECT practice_id, id AS claim_id, external_id, type, purpose, patient_control_number, payer_id, plan_id,
       financial_class, coverage_id, sequence, billing_entity_id, location_id, rendering_provider_id,
       charge_cents, service_from, service_to, submission_state, adjudication_state, version, line_count,
       first_billed_on, sent_on, accepted_on, adjudicated_on, created_at, updated_at, patient_id
FROM claims.claim
;
CREATE VIEW claims_export.claim_line_v1 AS
SELECT practice_id, claim_id, version, n, charge_id, allocated_cents FROM claims.claim_line
;
CREATE VIEW claims_export.charge_v1 AS
SELECT practice_id, id AS charge_id, external_id, encounter_id, procedure_code, modifiers, charge_cents,
       service_from, service_to, rendering_provider_id, entered_at, voided_at
FROM claims.charge
;
CREATE VIEW claims_export.balance_v1 AS
SELECT practice_id, charge_id, account, party_id, sequence, claim_id, balance_cents, first_bill_on, responsible_on
FROM claims.ar_balance
;
CREATE VIEW claims_export.credit_v1 AS
SELECT b.practice_id, b.charge_id, b.account, b.party_id, b.claim_id, b.balance_cents,
       coalesce(k.arisen_on, b.updated_at::date) AS since
FROM claims.credit_balance b
LEFT JOIN claims.overpayment_case k
  ON k.practice_id = b.practice_id AND k.charge_id = b.charge_id AND k.party_id = b.party_id AND k.state <> 'closed'
WHERE b.balance_cents > 0
;
COMMENT ON VIEW claims_export.credit_v1 IS
    'What is owed back. since: the day a payer''s credit arose, or the last change of a patient''s.'
;
CREATE VIEW claims_export.payer_v1 AS
SELECT practice_id, id AS payer_id, external_id, name, financial_class, answer_days, supports_replacement,
       filing_limit_days
FROM claims.payer
;
CREATE VIEW claims_export.plan_v1 AS
SELECT practice_id, id AS plan_id, payer_id, external_id, name, line_of_business, filing_limit_days FROM claims.plan
;
CREATE VIEW claims_export.provider_v1 AS
SELECT practice_id, id AS provider_id, external_id, kind, npi, last_name, first_name FROM claims.provider
;
CREATE VIEW claims_export.location_v1 AS
SELECT practice_id, id AS location_id, external_id, name FROM claims.location
;
CREATE VIEW claims_export.submission_v1 AS
SELECT practice_id, id AS submission_id, receiver, claim_count, sent_at, interchange_outcome, group_outcome
FROM claims.submission
;
CREATE VIEW claims_export.submission_claim_v1 AS
SELECT practice_id, submission_id, n, claim_id, version FROM claims.submission_claim
;
CREATE VIEW claims_export.acknowledgement_v1 AS
SELECT practice_id, id AS acknowledgement_id, kind, hop, outcome, submission_id, claim_id, statuses,
       reported_on, received_at
FROM claims.acknowledgement
;
CREATE VIEW claims_export.denial_v1 AS
SELECT practice_id, id AS denial_id, claim_id, charge_id, payer_id, remittance_id, remittance_claim_n,
       remittance_line_n, group_code, carc, rarcs, category, owner, recommended_action, route_reason,
       preventable, appeal_path, denied_cents, expected_cents, recovered_cents, state, remitted_on, opened_on,
       correction_due_on, appeal_due_on, closed_at, closed_reason
FROM claims.denial_case
;
CREATE VIEW claims_export.remittance_v1 AS
SELECT practice_id, id AS remittance_id, payer_id, payer_name, trace_number, method, payment_cents,
       held_cents, difference_cents - difference_resolved_cents AS difference_cents, paid_on, state, claim_count,
       duplicate_of, effective_on, received_at
FROM claims.remittance
;
CREATE VIEW claims_export.settlement_v1 AS
SELECT practice_id, remittance_id, amount_cents + fee_cents AS settled_cents
FROM claims.bank_match WHERE undone_at IS NULL AND remittance_id IS NOT NULL
UNION ALL
SELECT practice_id, remittance_id, amount_cents - returned_cents
FROM claims.receipt_application WHERE undone_at IS NULL AND remittance_id IS NOT NULL
UNION ALL
SELECT practice_id, remittance_id, amount_cents FROM claims.resolution WHERE subject = 'clearing' AND state = 'posted'
;
CREATE VIEW claims_export.bank_account_v1 AS
SELECT practice_id, id AS bank_account_id FROM claims.bank_account
;
CREATE VIEW claims_export.bank_line_v1 AS
SELECT l.practice_id, l.id AS bank_line_id, l.statement_id, l.posted_on, l.amount_cents, s.matched_cents, s.held_cents,
       s.state, l.traces || ARRAY[l.reference, l.customer_reference] AS named
FROM claims.bank_line l JOIN claims.bank_line_state s ON s.practice_id = l.practice_id AND s.line_id = l.id
;
CREATE VIEW claims.bank_open_item AS
WITH payment AS NOT MATERIALIZED (
    SELECT r.practice_id, r.id, r.payer_id, r.trace_number, r.payer_key, coalesce(s.cents, 0) AS settled_cents,
           r.payment_cents - coalesce(s.cents, 0) AS open_cents,
           coalesce(r.paid_on, r.produced_on, r.effective_on) AS since
    FROM claims.remittance r
    LEFT JOIN (SELECT practice_id, remittance_id, sum(settled_cents)::bigint AS cents FROM claims_export.settlement_v1
               GROUP BY practice_id, remittance_id) s ON s.practice_id = r.practice_id AND s.remittance_id = r.id
    WHERE r.state IN ('posted', 'posted_with_held') AND r.payment_cents <> coalesce(s.cents, 0)
), line AS NOT MATERIALIZED (
    SELECT l.practice_id, l.id, l.amount_cents - s.matched_cents AS open_cents, s.matched_cents, l.posted_on AS since,
           l.company_ids, cardinality(l.traces) > 0 AS is_traced,
           l.traces || ARRAY[l.reference, l.customer_reference] AS named
    FROM claims.bank_line l JOIN claims.bank_line_state s ON s.practice_id = l.practice_id AND s.line_id = l.id
    WHERE s.state = 'open'
), named AS NOT MATERIALIZED (
    SELECT DISTINCT l.practice_id, l.id AS line_id, l.open_cents AS line_cents, p.id AS remittance_id, p.payer_id,
           p.open_cents
    FROM line l
    CROSS JOIN LATERAL unnest(l.named) AS n(name)
    JOIN payment p ON p.practice_id = l.practice_id AND p.trace_number = n.name
    WHERE l.open_cents > 0 AND n.name <> ''
      AND (cardinality(l.company_ids) = 0 OR p.payer_key = ANY (l.company_ids) OR p.payer_key !~ '^[0-9]+$')
), differing AS NOT MATERIALIZED (
    SELECT practice_id, line_id, (array_agg(payer_id))[1] AS payer_id FROM named
    GROUP BY practice_id, line_id, line_cents HAVING sum(open_cents) <> line_cents
)
SELECT l.practice_id, l.id AS line_id, NULL::uuid AS remittance_id, NULL::uuid AS receipt_id,
       NULL::uuid AS refund_id,
       CASE WHEN l.open_cents < 0 THEN 'money_taken_back' WHEN d.line_id IS NOT NULL THEN 'amount_mismatch'
            ELSE 'money_without_remittance' END AS kind,
       d.payer_id, l.open_cents AS amount_cents, l.matched_cents AS settled_cents, l.since, l.is_traced
FROM line l LEFT JOIN differing d ON d.practice_id = l.practice_id AND d.line_id = l.id
UNION ALL
SELECT p.practice_id, NULL, p.id, NULL, NULL,
       CASE WHEN d.remittance_id IS NOT NULL THEN 'amount_mismatch' ELSE 'remittance_without_money' END,
       p.payer_id, -p.open_cents, p.settled_cents, p.since, true
FROM payment p
LEFT JOIN (SELECT DISTINCT n.practice_id, n.remittance_id
           FROM named n JOIN differing f ON f.practice_id = n.practice_id AND f.line_id = n.line_id) d
  ON d.practice_id = p.practice_id AND d.remittance_id = p.id
UNION ALL
SELECT practice_id, NULL, NULL, id, NULL,
       CASE WHEN amount_cents - returned_cents > deposited_cents THEN 'receipt_not_deposited'
            ELSE 'return_not_at_bank' END,
       NULL, deposited_cents + returned_cents - amount_cents, deposited_cents, received_on, false
FROM claims.receipt WHERE state <> 'voided' AND amount_cents - returned_cents <> deposited_cents
UNION ALL
SELECT f.practice_id, NULL, NULL, NULL, f.id, 'refund_not_at_bank', f.payer_id, f.amount_cents, 0,
       coalesce(f.remitted_on, f.issued_on), false
FROM claims.refund f
WHERE f.state IN ('issued', 'remitted')
  AND NOT EXISTS (SELECT FROM claims.bank_match m WHERE m.practice_id = f.practice_id AND m.refund_id = f.id
                  AND m.undone_at IS NULL)
;
COMMENT ON VIEW claims.bank_open_item IS
    'What does not agree between bank and books. amount_cents above zero: the bank has it, no payment does.'
;
GRANT SELECT ON claims.bank_open_item TO ar_claims
;
CREATE VIEW claims_export.bank_open_item_v1 AS
SELECT practice_id, line_id, remittance_id, receipt_id, refund_id, kind, payer_id, amount_cents, settled_cents, since,
       is_traced
FROM claims.bank_open_item
;
CREATE VIEW claims_export.remittance_claim_v1 AS
SELECT practice_id, remittance_id, n, claim_id, matched_by, state, hold_reason, outcome, out_of_order,
       clp_status, charge_cents, paid_cents, patient_cents, service_from, service_to
FROM claims.remittance_claim
;
CREATE VIEW claims_export.remittance_line_v1 AS
SELECT practice_id, remittance_id, claim_n, n, charge_id, charge_cents, paid_cents, allowed_cents, outcome,
       denied_cents
FROM claims.remittance_line
;
CREATE VIEW claims_export.review_item_v1 AS
SELECT practice_id, id AS review_item_id, kind, reason, claim_id, charge_id, remittance_id, remittance_claim_n,
       remittance_line_n, group_code, carc, amount_cents, state, opened_on, closed_at
FROM claims.review_item
;
CREATE VIEW claims_export.reversal_v1 AS
SELECT practice_id, id AS reversal_id, claim_id, coverage_id, payer_id, state, original_remittance_id,
       original_paid_cents, reversal_remittance_id, correction_remittance_id, correction_paid_cents, opened_on, due_on,
       completed_on
FROM claims.reversal
;
CREATE VIEW claims_export.payer_item_v1 AS
SELECT practice_id, id AS payer_item_id, remittance_id, payer_id, claim_id, kind, code, account, side, amount_cents,
       open_cents, opened_on, settled_on
FROM claims.payer_item
;
CREATE VIEW claims_export.coordination_v1 AS
SELECT practice_id, claim_id, step, remittance_id, next_claim_id, awaited_until FROM claims.coordination
;
CREATE VIEW claims_export.receipt_v1 AS
SELECT practice_id, id AS receipt_id, kind, method, state, amount_cents, unapplied_cents, returned_cents,
       deposited_cents, received_on
FROM claims.receipt
;
CREATE VIEW claims_export.refund_v1 AS
SELECT practice_id, id AS refund_id, side, state, amount_cents, charge_id, claim_id, payer_id, method, issued_on
FROM claims.refund
;
CREATE VIEW claims_export.overpayment_case_v1 AS
SELECT practice_id, id AS overpayment_case_id, charge_id, claim_id, payer_id, state, credit_cents, stated_cents,
       arisen_on, identified_on, investigation_started_on, investigation_ended_on, suspended_until, due_on, method,
       close_reason, closed_on, version
FROM claims.overpayment_case
;
GRANT SELECT ON ALL TABLES IN SCHEMA claims_export TO ar_claims, ar_followup, ar_reporting
;
