CREATE TABLE reporting.access_log (
	practice_id INTEGER NOT NULL, 
	n BIGINT NOT NULL, 
	id UUID NOT NULL, 
	entry JSONB NOT NULL, 
	previous_hash BYTEA, 
	hash BYTEA NOT NULL, 
	CONSTRAINT access_log_pk PRIMARY KEY (practice_id, n), 
	CONSTRAINT access_log_id_uq UNIQUE (practice_id, id)
)
;
ALTER TABLE reporting.access_log ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.access_log FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.access_log USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON reporting.access_log TO ar_reporting
;
CREATE TABLE reporting.access_log_pending (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	entry JSONB NOT NULL, 
	CONSTRAINT access_log_pending_pk PRIMARY KEY (practice_id, id)
)
;
ALTER TABLE reporting.access_log_pending ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.access_log_pending FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.access_log_pending USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.access_log_pending TO ar_reporting
;
CREATE TABLE reporting.ar_checkpoint (
	practice_id INTEGER NOT NULL, 
	basis TEXT NOT NULL, 
	slice TEXT NOT NULL, 
	month_end_on DATE NOT NULL, 
	member TEXT NOT NULL, 
	account SMALLINT NOT NULL, 
	reached SMALLINT NOT NULL, 
	cents BIGINT NOT NULL, 
	CONSTRAINT ar_checkpoint_pk PRIMARY KEY (practice_id, basis, slice, month_end_on, member, account, reached)
)
;
ALTER TABLE reporting.ar_checkpoint ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.ar_checkpoint FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.ar_checkpoint USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.ar_checkpoint TO ar_reporting
;
CREATE TABLE reporting.ar_delta (
	practice_id INTEGER NOT NULL, 
	basis TEXT NOT NULL, 
	slice TEXT NOT NULL, 
	effective_on DATE NOT NULL, 
	member TEXT NOT NULL, 
	account SMALLINT NOT NULL, 
	reached SMALLINT NOT NULL, 
	cents BIGINT NOT NULL, 
	CONSTRAINT ar_delta_pk PRIMARY KEY (practice_id, basis, slice, effective_on, member, account, reached), 
	CONSTRAINT ar_delta_basis CHECK (basis IN ('service', 'first_bill', 'responsibility')), 
	CONSTRAINT ar_delta_slice CHECK (slice IN ('total', 'payer', 'payer_class', 'provider', 'location'))
)
;
ALTER TABLE reporting.ar_delta ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.ar_delta FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.ar_delta USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.ar_delta TO ar_reporting
;
CREATE TABLE reporting.ar_late (
	practice_id INTEGER NOT NULL, 
	folded_through BIGINT NOT NULL, 
	n INTEGER NOT NULL, 
	known_on DATE NOT NULL, 
	effective_on DATE NOT NULL, 
	account SMALLINT NOT NULL, 
	payer UUID, 
	payer_class TEXT, 
	provider UUID, 
	location UUID, 
	service_on DATE NOT NULL, 
	first_bill_on DATE, 
	responsible_on DATE NOT NULL, 
	cents BIGINT NOT NULL, 
	CONSTRAINT ar_late_pk PRIMARY KEY (practice_id, folded_through, n)
)
;
CREATE INDEX ar_late_effective_ix ON reporting.ar_late (practice_id, effective_on)
;
ALTER TABLE reporting.ar_late ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.ar_late FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.ar_late USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON reporting.ar_late TO ar_reporting
;
CREATE TABLE reporting.claim_fact (
	practice_id INTEGER NOT NULL, 
	claim_id UUID NOT NULL, 
	purpose TEXT NOT NULL, 
	sequence SMALLINT NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	service_to DATE NOT NULL, 
	payer UUID, 
	payer_class TEXT, 
	provider UUID, 
	location UUID, 
	sent_sequence BIGINT, 
	sent_on DATE, 
	sent_known_on DATE, 
	sent_version INTEGER, 
	accepted_sequence BIGINT, 
	accepted_on DATE, 
	refused_sequence BIGINT, 
	adjudicated_sequence BIGINT, 
	adjudicated_on DATE, 
	adjudication_state TEXT, 
	adjudicated_by TEXT, 
	reworked_sequence BIGINT, 
	reworked_on DATE, 
	paid_sequence BIGINT, 
	paid_on DATE, 
	CONSTRAINT claim_fact_pk PRIMARY KEY (practice_id, claim_id)
)
;
ALTER TABLE reporting.claim_fact ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.claim_fact FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.claim_fact USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.claim_fact TO ar_reporting
;
CREATE TABLE reporting.fold_cursor (
	practice_id INTEGER NOT NULL, 
	last_sequence BIGINT NOT NULL, 
	exact_at TIMESTAMP WITH TIME ZONE, 
	max_late_days INTEGER NOT NULL, 
	first_checkpoint_on DATE, 
	last_checkpoint_on DATE, 
	CONSTRAINT fold_cursor_pk PRIMARY KEY (practice_id)
)
;
ALTER TABLE reporting.fold_cursor ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.fold_cursor FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.fold_cursor USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.fold_cursor TO ar_reporting
;
CREATE TABLE reporting.measure_checkpoint (
	practice_id INTEGER NOT NULL, 
	measure TEXT NOT NULL, 
	slice TEXT NOT NULL, 
	service_month DATE NOT NULL, 
	month_end_on DATE NOT NULL, 
	member TEXT NOT NULL, 
	lag_days INTEGER NOT NULL, 
	cents BIGINT NOT NULL, 
	entries BIGINT NOT NULL, 
	CONSTRAINT measure_checkpoint_pk PRIMARY KEY (practice_id, measure, slice, service_month, month_end_on, member, lag_days)
)
;
ALTER TABLE reporting.measure_checkpoint ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.measure_checkpoint FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.measure_checkpoint USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.measure_checkpoint TO ar_reporting
;
CREATE TABLE reporting.measure_day (
	practice_id INTEGER NOT NULL, 
	measure TEXT NOT NULL, 
	slice TEXT NOT NULL, 
	service_month DATE NOT NULL, 
	effective_on DATE NOT NULL, 
	member TEXT NOT NULL, 
	lag_days INTEGER NOT NULL, 
	cents BIGINT NOT NULL, 
	entries BIGINT NOT NULL, 
	CONSTRAINT measure_day_pk PRIMARY KEY (practice_id, measure, slice, service_month, effective_on, member, lag_days)
)
;
ALTER TABLE reporting.measure_day ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.measure_day FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.measure_day USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.measure_day TO ar_reporting
;
CREATE TABLE reporting.measure_late (
	practice_id INTEGER NOT NULL, 
	folded_through BIGINT NOT NULL, 
	n INTEGER NOT NULL, 
	known_on DATE NOT NULL, 
	measure TEXT NOT NULL, 
	effective_on DATE NOT NULL, 
	lag_days INTEGER NOT NULL, 
	service_month DATE, 
	payer UUID, 
	payer_class TEXT, 
	provider UUID, 
	location UUID, 
	owner SMALLINT, 
	category TEXT, 
	cents BIGINT NOT NULL, 
	entries BIGINT NOT NULL, 
	CONSTRAINT measure_late_pk PRIMARY KEY (practice_id, folded_through, n)
)
;
CREATE INDEX measure_late_effective_ix ON reporting.measure_late (practice_id, measure, effective_on)
;
ALTER TABLE reporting.measure_late ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reporting.measure_late FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON reporting.measure_late USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON reporting.measure_late TO ar_reporting
;
