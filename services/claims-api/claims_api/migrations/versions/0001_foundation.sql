CREATE TABLE claims.access_log (
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
ALTER TABLE claims.access_log ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.access_log FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.access_log USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.access_log TO ar_claims
;
CREATE TABLE claims.access_log_pending (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	entry JSONB NOT NULL, 
	CONSTRAINT access_log_pending_pk PRIMARY KEY (practice_id, id)
)
;
ALTER TABLE claims.access_log_pending ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.access_log_pending FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.access_log_pending USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.access_log_pending TO ar_claims
;
CREATE TABLE claims.acknowledgement (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	hop TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	submission_id UUID, 
	claim_id UUID, 
	file_id UUID, 
	transaction_key TEXT, 
	payer_control_number TEXT, 
	clearinghouse_number TEXT, 
	statuses JSONB NOT NULL, 
	reported_on DATE NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT acknowledgement_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT acknowledgement_kind CHECK (kind IN ('TA1', '999', '277CA')), 
	CONSTRAINT acknowledgement_hop CHECK (hop IN ('receiver', 'clearinghouse', 'intermediary', 'payer')), 
	CONSTRAINT acknowledgement_outcome CHECK (outcome IN ('received', 'accepted', 'rejected', 'split', 'not_found', 'unknown'))
)
;
CREATE INDEX acknowledgement_claim_ix ON claims.acknowledgement (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX acknowledgement_submission_ix ON claims.acknowledgement (practice_id, submission_id) WHERE submission_id IS NOT NULL
;
ALTER TABLE claims.acknowledgement ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.acknowledgement FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.acknowledgement USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.acknowledgement TO ar_claims
;
CREATE TABLE claims.api_client (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	secret_hash TEXT, 
	jwks JSONB, 
	scopes TEXT[] NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	disabled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT api_client_pk PRIMARY KEY (id), 
	CONSTRAINT api_client_kind CHECK (kind IN ('integrator', 'service', 'sandbox'))
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.api_client TO ar_claims
;
CREATE TABLE claims.api_client_practice (
	client_id TEXT NOT NULL, 
	practice_id INTEGER NOT NULL, 
	CONSTRAINT api_client_practice_pk PRIMARY KEY (client_id, practice_id)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.api_client_practice TO ar_claims
;
CREATE TABLE claims.ar_balance (
	practice_id INTEGER NOT NULL, 
	charge_id UUID NOT NULL, 
	account SMALLINT NOT NULL, 
	party_id UUID NOT NULL, 
	sequence SMALLINT NOT NULL, 
	claim_id UUID, 
	balance_cents BIGINT NOT NULL, 
	first_bill_on DATE, 
	responsible_on DATE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT ar_balance_pk PRIMARY KEY (practice_id, charge_id, account, party_id), 
	CONSTRAINT ar_balance_never_negative CHECK (balance_cents >= 0), 
	CONSTRAINT ar_balance_account CHECK (account IN (1100, 1110, 1115, 1120, 1130))
)
 WITH (fillfactor = 70)
;
CREATE INDEX ar_balance_claim_ix ON claims.ar_balance (practice_id, claim_id)
;
ALTER TABLE claims.ar_balance ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.ar_balance FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.ar_balance USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.ar_balance TO ar_claims
;
CREATE TABLE claims.assertion_jti (
	client_id TEXT NOT NULL, 
	jti TEXT NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT assertion_jti_pk PRIMARY KEY (client_id, jti)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.assertion_jti TO ar_claims
;
CREATE TABLE claims.bank_statement (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	format TEXT NOT NULL, 
	sha256 BYTEA NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	content BYTEA NOT NULL, 
	state TEXT NOT NULL, 
	findings JSONB NOT NULL, 
	line_count INTEGER NOT NULL, 
	new_count INTEGER NOT NULL, 
	client_id TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT bank_statement_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bank_statement_format CHECK (format IN ('csv', 'bai2')), 
	CONSTRAINT bank_statement_state CHECK (state IN ('taken_in', 'rejected'))
)
;
ALTER TABLE claims.bank_statement ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bank_statement FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bank_statement USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.bank_statement TO ar_claims
;
CREATE TABLE claims.cas_rule (
	group_code TEXT NOT NULL, 
	carc TEXT NOT NULL, 
	sign SMALLINT NOT NULL, 
	kind TEXT NOT NULL, 
	action TEXT NOT NULL, 
	event TEXT, 
	debit_account SMALLINT, 
	credit_account SMALLINT, 
	next_coverage_account SMALLINT, 
	follow_up TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT cas_rule_pk PRIMARY KEY (group_code, carc, sign)
)
;
GRANT SELECT ON claims.cas_rule TO ar_claims
;
CREATE TABLE claims.claim_line (
	practice_id INTEGER NOT NULL, 
	claim_id UUID NOT NULL, 
	version SMALLINT NOT NULL, 
	n SMALLINT NOT NULL, 
	charge_id UUID NOT NULL, 
	line_control_number TEXT NOT NULL, 
	allocated_cents BIGINT NOT NULL, 
	diagnosis_pointers JSONB, 
	CONSTRAINT claim_line_pk PRIMARY KEY (practice_id, claim_id, version, n)
)
;
CREATE INDEX claim_line_charge_ix ON claims.claim_line (practice_id, charge_id)
;
CREATE INDEX claim_line_number_ix ON claims.claim_line (practice_id, line_control_number)
;
ALTER TABLE claims.claim_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.claim_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.claim_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.claim_line TO ar_claims
;
CREATE TABLE claims.claim_version (
	practice_id INTEGER NOT NULL, 
	claim_id UUID NOT NULL, 
	n SMALLINT NOT NULL, 
	frequency TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	patient_control_number TEXT NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	image JSONB, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	submission_id UUID, 
	state TEXT, 
	adjudication_state TEXT, 
	reason TEXT, 
	changes JSONB, 
	other_payers JSONB, 
	void_cause TEXT, 
	blockers JSONB, 
	actor_id TEXT, 
	actor_kind TEXT, 
	CONSTRAINT claim_version_pk PRIMARY KEY (practice_id, claim_id, n), 
	CONSTRAINT claim_version_channel CHECK (channel IN ('edi', 'paper', 'portal', 'fax')), 
	CONSTRAINT claim_version_frequency CHECK (frequency IN ('1', '7', '8')), 
	CONSTRAINT claim_version_state CHECK (state IN ('ready', 'held', 'withdrawn', 'rejected', 'replaced'))
)
;
ALTER TABLE claims.claim_version ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.claim_version FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.claim_version USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.claim_version TO ar_claims
;
CREATE TABLE claims.control_counter (
	sender TEXT NOT NULL, 
	receiver TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT control_counter_pk PRIMARY KEY (sender, receiver, kind)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.control_counter TO ar_claims
;
CREATE TABLE claims.coordination_cursor (
	practice_id INTEGER NOT NULL, 
	last_sequence BIGINT NOT NULL, 
	CONSTRAINT coordination_cursor_pk PRIMARY KEY (practice_id)
)
;
ALTER TABLE claims.coordination_cursor ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.coordination_cursor FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.coordination_cursor USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.coordination_cursor TO ar_claims
;
CREATE TABLE claims.credit_balance (
	practice_id INTEGER NOT NULL, 
	charge_id UUID NOT NULL, 
	account SMALLINT NOT NULL, 
	party_id UUID NOT NULL, 
	claim_id UUID, 
	balance_cents BIGINT NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT credit_balance_pk PRIMARY KEY (practice_id, charge_id, account, party_id), 
	CONSTRAINT credit_balance_never_negative CHECK (balance_cents >= 0), 
	CONSTRAINT credit_balance_account CHECK (account IN (2020, 2030))
)
;
CREATE INDEX credit_balance_claim_ix ON claims.credit_balance (practice_id, claim_id)
;
ALTER TABLE claims.credit_balance ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.credit_balance FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.credit_balance USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.credit_balance TO ar_claims
;
CREATE TABLE claims.document_content (
	practice_id INTEGER NOT NULL, 
	sha256 BYTEA NOT NULL, 
	content BYTEA NOT NULL, 
	CONSTRAINT document_content_pk PRIMARY KEY (practice_id, sha256)
)
;
ALTER TABLE claims.document_content ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.document_content FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.document_content USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.document_content TO ar_claims
;
CREATE TABLE claims.edi_chunk (
	practice_id INTEGER NOT NULL, 
	file_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	content BYTEA NOT NULL, 
	CONSTRAINT edi_chunk_pk PRIMARY KEY (practice_id, file_id, n)
)
;
ALTER TABLE claims.edi_chunk ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.edi_chunk FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.edi_chunk USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.edi_chunk TO ar_claims
;
CREATE TABLE claims.edi_file (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	direction TEXT NOT NULL, 
	purpose TEXT, 
	media_type TEXT NOT NULL, 
	sha256 BYTEA NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	practice_ids INTEGER[] NOT NULL, 
	state TEXT NOT NULL, 
	findings JSONB NOT NULL, 
	client_id TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	leased_until TIMESTAMP WITH TIME ZONE, 
	attempts SMALLINT NOT NULL, 
	recorded_before INTEGER NOT NULL, 
	claims_read BIGINT NOT NULL, 
	bytes_read BIGINT NOT NULL, 
	cancelled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT edi_file_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT edi_file_direction CHECK (direction IN ('in', 'out')), 
	CONSTRAINT edi_file_state CHECK (state IN ('received', 'processing', 'processed', 'parked', 'cancelled'))
)
;
CREATE INDEX edi_file_hash_ix ON claims.edi_file (practice_id, sha256)
;
CREATE INDEX edi_file_open_ix ON claims.edi_file (practice_id, received_at) WHERE state IN ('received', 'processing')
;
ALTER TABLE claims.edi_file ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.edi_file FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.edi_file USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.edi_file TO ar_claims
;
CREATE TABLE claims.edi_transaction (
	practice_id INTEGER NOT NULL, 
	file_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	set_code TEXT NOT NULL, 
	interchange_control TEXT, 
	group_control TEXT, 
	transaction_control TEXT, 
	sender TEXT, 
	receiver TEXT, 
	content_hash BYTEA, 
	state TEXT NOT NULL, 
	findings JSONB NOT NULL, 
	counts JSONB NOT NULL, 
	links JSONB NOT NULL, 
	routed_practice_ids INTEGER[] NOT NULL, 
	remittance_id UUID, 
	processed_at TIMESTAMP WITH TIME ZONE, 
	attempts SMALLINT NOT NULL, 
	CONSTRAINT edi_transaction_pk PRIMARY KEY (practice_id, file_id, n), 
	CONSTRAINT edi_transaction_state CHECK (state IN ('pending', 'posted', 'posted_with_held', 'queued', 'rejected', 'duplicate', 'unsupported_set', 'payee_not_ours', 'processed', 'parked'))
)
;
CREATE INDEX edi_transaction_state_ix ON claims.edi_transaction (practice_id, state) WHERE state IN ('pending', 'queued')
;
ALTER TABLE claims.edi_transaction ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.edi_transaction FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.edi_transaction USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.edi_transaction TO ar_claims
;
CREATE TABLE claims.event (
	practice_id INTEGER NOT NULL, 
	sequence BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	source_event_id BIGINT NOT NULL, 
	type TEXT NOT NULL, 
	subject_type TEXT NOT NULL, 
	subject_id UUID, 
	data JSONB NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT event_pk PRIMARY KEY (practice_id, sequence), 
	CONSTRAINT event_source_uq UNIQUE (practice_id, source, source_event_id)
)
;
CREATE INDEX event_subject_ix ON claims.event (practice_id, subject_id) WHERE subject_id IS NOT NULL
;
ALTER TABLE claims.event ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.event FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.event USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.event TO ar_claims
;
CREATE TABLE claims.event_head (
	practice_id INTEGER NOT NULL, 
	last_sequence BIGINT NOT NULL, 
	CONSTRAINT event_head_pk PRIMARY KEY (practice_id)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.event_head TO ar_claims
;
CREATE TABLE claims.idempotency_key (
	practice_id INTEGER NOT NULL, 
	client_id TEXT NOT NULL, 
	key TEXT NOT NULL, 
	request_hash BYTEA NOT NULL, 
	status INTEGER NOT NULL, 
	body BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT idempotency_key_pk PRIMARY KEY (practice_id, client_id, key)
)
;
CREATE INDEX idempotency_key_age_ix ON claims.idempotency_key (practice_id, created_at)
;
ALTER TABLE claims.idempotency_key ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.idempotency_key FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.idempotency_key USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.idempotency_key TO ar_claims
;
CREATE TABLE claims.journal (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	effective_on DATE NOT NULL, 
	source_on DATE, 
	posted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	source_type TEXT NOT NULL, 
	source_id UUID, 
	reverses_journal_id UUID, 
	client_id TEXT NOT NULL, 
	actor_id TEXT, 
	actor_kind TEXT NOT NULL, 
	reason TEXT, 
	event_outbox_id BIGINT, 
	CONSTRAINT journal_pk PRIMARY KEY (practice_id, id)
)
;
CREATE INDEX journal_announced_ix ON claims.journal (practice_id, event_outbox_id)
;
CREATE INDEX journal_reverses_ix ON claims.journal (practice_id, reverses_journal_id) WHERE reverses_journal_id IS NOT NULL
;
CREATE INDEX journal_source_ix ON claims.journal (practice_id, source_id)
;
ALTER TABLE claims.journal ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.journal FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.journal USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.journal TO ar_claims
;
CREATE TABLE claims.outbox (
	practice_id INTEGER NOT NULL, 
	id BIGINT GENERATED BY DEFAULT AS IDENTITY, 
	type TEXT NOT NULL, 
	subject_type TEXT NOT NULL, 
	subject_id UUID, 
	data JSONB NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT outbox_pk PRIMARY KEY (practice_id, id)
)
;
ALTER TABLE claims.outbox ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.outbox FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.outbox USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.outbox TO ar_claims
;
CREATE TABLE claims.overpayment_fact (
	practice_id INTEGER NOT NULL, 
	case_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	happened_on DATE NOT NULL, 
	data JSONB NOT NULL, 
	reason TEXT, 
	client_id TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT overpayment_fact_pk PRIMARY KEY (practice_id, case_id, version), 
	CONSTRAINT overpayment_fact_kind CHECK (kind IN ('arise', 'find', 'identify', 'restate', 'investigate', 'conclude', 'choose', 'prove', 'close', 'return'))
)
;
ALTER TABLE claims.overpayment_fact ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.overpayment_fact FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.overpayment_fact USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.overpayment_fact TO ar_claims
;
CREATE TABLE claims.payer_item (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	remittance_id UUID NOT NULL, 
	entry_n SMALLINT NOT NULL, 
	payer_key TEXT NOT NULL, 
	payer_id UUID, 
	provider_identifier TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	account SMALLINT NOT NULL, 
	side TEXT NOT NULL, 
	reference TEXT, 
	claim_id UUID, 
	amount_cents BIGINT NOT NULL, 
	open_cents BIGINT NOT NULL, 
	opened_on DATE NOT NULL, 
	settled_on DATE, 
	row_version INTEGER NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT payer_item_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT payer_item_kind CHECK (kind IN ('announced', 'forwarded', 'take_back', 'refund_seen')), 
	CONSTRAINT payer_item_side CHECK (side IN ('debit', 'credit')), 
	CONSTRAINT payer_item_open CHECK (open_cents BETWEEN 0 AND amount_cents)
)
;
CREATE INDEX payer_item_claim_ix ON claims.payer_item (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX payer_item_open_ix ON claims.payer_item (practice_id, payer_key) WHERE open_cents > 0
;
CREATE INDEX payer_item_remittance_ix ON claims.payer_item (practice_id, remittance_id)
;
ALTER TABLE claims.payer_item ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.payer_item FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.payer_item USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.payer_item TO ar_claims
;
CREATE TABLE claims.period_balance (
	practice_id INTEGER NOT NULL, 
	month DATE NOT NULL, 
	version SMALLINT NOT NULL, 
	account SMALLINT NOT NULL, 
	debit_cents BIGINT NOT NULL, 
	credit_cents BIGINT NOT NULL, 
	balance_cents BIGINT NOT NULL, 
	CONSTRAINT period_balance_pk PRIMARY KEY (practice_id, month, version, account)
)
;
ALTER TABLE claims.period_balance ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.period_balance FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.period_balance USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.period_balance TO ar_claims
;
CREATE TABLE claims.period_reopening (
	practice_id INTEGER NOT NULL, 
	month DATE NOT NULL, 
	version SMALLINT NOT NULL, 
	reopened_on DATE NOT NULL, 
	reopened_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	client_id TEXT NOT NULL, 
	actor_id TEXT, 
	actor_kind TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT period_reopening_pk PRIMARY KEY (practice_id, month, version)
)
;
ALTER TABLE claims.period_reopening ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.period_reopening FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.period_reopening USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.period_reopening TO ar_claims
;
CREATE TABLE claims.posting (
	practice_id INTEGER NOT NULL, 
	journal_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	entry TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	debit_account SMALLINT NOT NULL, 
	debit_party_id UUID, 
	debit_sequence SMALLINT, 
	debit_first_bill_on DATE, 
	debit_responsible_on DATE, 
	credit_account SMALLINT NOT NULL, 
	credit_party_id UUID, 
	credit_sequence SMALLINT, 
	credit_first_bill_on DATE, 
	credit_responsible_on DATE, 
	service_on DATE, 
	charge_id UUID, 
	claim_id UUID, 
	coverage_id UUID, 
	remittance_id UUID, 
	remittance_claim_n BIGINT, 
	remittance_line_n BIGINT, 
	group_code TEXT, 
	carc TEXT, 
	billing_entity_id UUID, 
	location_id UUID, 
	rendering_provider_id UUID, 
	payer_id UUID, 
	plan_id UUID, 
	financial_class TEXT, 
	CONSTRAINT posting_pk PRIMARY KEY (practice_id, journal_id, n), 
	CONSTRAINT posting_amount CHECK (amount_cents > 0)
)
;
CREATE INDEX posting_charge_ix ON claims.posting (practice_id, charge_id) WHERE charge_id IS NOT NULL
;
CREATE INDEX posting_remittance_ix ON claims.posting (practice_id, remittance_id) WHERE remittance_id IS NOT NULL
;
ALTER TABLE claims.posting ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.posting FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.posting USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.posting TO ar_claims
;
CREATE TABLE claims.practice (
	id INTEGER GENERATED ALWAYS AS IDENTITY, 
	uuid UUID NOT NULL, 
	name TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	test_clock_at TIMESTAMP WITH TIME ZONE, 
	settings JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT practice_pk PRIMARY KEY (id), 
	CONSTRAINT practice_uuid_uq UNIQUE (uuid), 
	CONSTRAINT practice_mode CHECK (mode IN ('sandbox', 'production'))
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.practice TO ar_claims
;
CREATE TABLE claims.practice_activity (
	practice_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	active_until TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT practice_activity_pk PRIMARY KEY (practice_id, kind)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.practice_activity TO ar_claims
;
CREATE TABLE claims.provider_adjustment (
	practice_id INTEGER NOT NULL, 
	remittance_id UUID NOT NULL, 
	n SMALLINT NOT NULL, 
	provider_identifier TEXT NOT NULL, 
	fiscal_on DATE, 
	code TEXT NOT NULL, 
	reference TEXT, 
	amount_cents BIGINT NOT NULL, 
	action TEXT NOT NULL, 
	claim_id UUID, 
	moved JSONB NOT NULL, 
	CONSTRAINT provider_adjustment_pk PRIMARY KEY (practice_id, remittance_id, n)
)
;
ALTER TABLE claims.provider_adjustment ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.provider_adjustment FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.provider_adjustment USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.provider_adjustment TO ar_claims
;
CREATE TABLE claims.remittance (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	file_id UUID, 
	transaction_n BIGINT, 
	payer_id UUID, 
	payer_key TEXT NOT NULL, 
	payer_name TEXT, 
	payee_key TEXT NOT NULL, 
	billing_entity_id UUID, 
	trace_number TEXT NOT NULL, 
	method TEXT NOT NULL, 
	handling TEXT NOT NULL, 
	payment_cents BIGINT NOT NULL, 
	claims_paid_cents BIGINT NOT NULL, 
	provider_adjustment_cents BIGINT NOT NULL, 
	held_cents BIGINT NOT NULL, 
	paid_on DATE, 
	produced_on DATE, 
	content_hash BYTEA NOT NULL, 
	state TEXT NOT NULL, 
	findings JSONB NOT NULL, 
	claim_count INTEGER NOT NULL, 
	counts JSONB NOT NULL, 
	header JSONB NOT NULL, 
	entry TEXT NOT NULL, 
	difference_cents BIGINT NOT NULL, 
	difference_resolved_cents BIGINT NOT NULL, 
	row_version INTEGER NOT NULL, 
	duplicate_of UUID, 
	journal_id UUID, 
	effective_on DATE, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	rematched_at TIMESTAMP WITH TIME ZONE, 
	reversed_on DATE, 
	CONSTRAINT remittance_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT remittance_state CHECK (state IN ('posted', 'posted_with_held', 'queued', 'duplicate', 'rejected', 'reversed')), 
	CONSTRAINT remittance_entry CHECK (entry IN ('edi', 'manual'))
)
;
CREATE INDEX remittance_content_ix ON claims.remittance (practice_id, content_hash)
;
CREATE INDEX remittance_file_ix ON claims.remittance (practice_id, file_id, transaction_n)
;
CREATE INDEX remittance_identity_ix ON claims.remittance (practice_id, trace_number, payer_key)
;
CREATE INDEX remittance_state_ix ON claims.remittance (practice_id, state, received_at)
;
ALTER TABLE claims.remittance ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.remittance FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.remittance USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.remittance TO ar_claims
;
CREATE TABLE claims.remittance_action (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	remittance_id UUID NOT NULL, 
	claim_n BIGINT, 
	claim_id UUID, 
	kind TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	client_id TEXT NOT NULL, 
	actor_id TEXT, 
	actor_kind TEXT NOT NULL, 
	acted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT remittance_action_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT remittance_action_kind CHECK (kind IN ('match', 'unmatch', 'rematch', 'release', 'reject', 'reverse', 'enter', 'assign', 'unassign', 'accept_correction', 'reject_correction'))
)
;
CREATE INDEX remittance_action_claim_ix ON claims.remittance_action (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX remittance_action_remittance_ix ON claims.remittance_action (practice_id, remittance_id)
;
ALTER TABLE claims.remittance_action ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.remittance_action FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.remittance_action USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.remittance_action TO ar_claims
;
CREATE TABLE claims.remittance_adjustment (
	practice_id INTEGER NOT NULL, 
	remittance_id UUID NOT NULL, 
	claim_n BIGINT NOT NULL, 
	line_n BIGINT NOT NULL, 
	n SMALLINT NOT NULL, 
	group_code TEXT NOT NULL, 
	carc TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	quantity NUMERIC(12, 3), 
	derived BOOLEAN NOT NULL, 
	CONSTRAINT remittance_adjustment_pk PRIMARY KEY (practice_id, remittance_id, claim_n, line_n, n)
)
;
ALTER TABLE claims.remittance_adjustment ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.remittance_adjustment FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.remittance_adjustment USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.remittance_adjustment TO ar_claims
;
CREATE TABLE claims.remittance_claim (
	practice_id INTEGER NOT NULL, 
	remittance_id UUID NOT NULL, 
	n BIGINT NOT NULL, 
	claim_id UUID, 
	coverage_id UUID, 
	matched_by TEXT, 
	state TEXT NOT NULL, 
	hold_reason TEXT, 
	journal_id UUID, 
	outcome TEXT, 
	out_of_order BOOLEAN NOT NULL, 
	patient_control_number TEXT NOT NULL, 
	payer_control_number TEXT, 
	original_number TEXT, 
	member_id TEXT, 
	rendering_npi TEXT, 
	clp_status TEXT NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	paid_cents BIGINT NOT NULL, 
	patient_cents BIGINT, 
	adjustment_cents BIGINT NOT NULL, 
	frequency TEXT, 
	service_from DATE, 
	service_to DATE, 
	remark_codes TEXT[] NOT NULL, 
	look_alike_key TEXT, 
	facts JSONB, 
	byte_offset BIGINT, 
	byte_length BIGINT, 
	row_version INTEGER NOT NULL, 
	CONSTRAINT remittance_claim_pk PRIMARY KEY (practice_id, remittance_id, n), 
	CONSTRAINT remittance_claim_state CHECK (state IN ('posted', 'held', 'memo', 'waiting', 'dropped', 'returned'))
)
;
CREATE INDEX remittance_claim_claim_ix ON claims.remittance_claim (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX remittance_claim_held_ix ON claims.remittance_claim (practice_id, remittance_id) WHERE state = 'held'
;
CREATE INDEX remittance_claim_payer_ix ON claims.remittance_claim (practice_id, payer_control_number) WHERE payer_control_number IS NOT NULL
;
ALTER TABLE claims.remittance_claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.remittance_claim FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.remittance_claim USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.remittance_claim TO ar_claims
;
CREATE TABLE claims.remittance_line (
	practice_id INTEGER NOT NULL, 
	remittance_id UUID NOT NULL, 
	claim_n BIGINT NOT NULL, 
	n BIGINT NOT NULL, 
	charge_id UUID, 
	line_control_number TEXT, 
	procedure TEXT, 
	submitted_procedure TEXT, 
	charge_cents BIGINT NOT NULL, 
	paid_cents BIGINT NOT NULL, 
	cash_cents BIGINT NOT NULL, 
	allowed_cents BIGINT, 
	stated_allowed_cents BIGINT, 
	paid_units NUMERIC(12, 3), 
	service_from DATE, 
	service_to DATE, 
	remark_codes TEXT[] NOT NULL, 
	outcome TEXT, 
	denied_cents BIGINT NOT NULL, 
	derived BOOLEAN NOT NULL, 
	facts JSONB, 
	CONSTRAINT remittance_line_pk PRIMARY KEY (practice_id, remittance_id, claim_n, n)
)
;
ALTER TABLE claims.remittance_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.remittance_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.remittance_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.remittance_line TO ar_claims
;
CREATE TABLE claims.review_item (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	claim_id UUID, 
	charge_id UUID, 
	remittance_id UUID, 
	remittance_claim_n BIGINT, 
	remittance_line_n BIGINT, 
	group_code TEXT, 
	carc TEXT, 
	amount_cents BIGINT NOT NULL, 
	payer_item_id UUID, 
	state TEXT NOT NULL, 
	opened_on DATE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	row_version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT review_item_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT review_item_kind CHECK (kind IN ('review', 'watch', 'unknown_code', 'out_of_order', 'possible_duplicate', 'suspense')), 
	CONSTRAINT review_item_state CHECK (state IN ('open', 'closed'))
)
;
CREATE INDEX review_item_claim_ix ON claims.review_item (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX review_item_open_ix ON claims.review_item (practice_id, kind, opened_on) WHERE state = 'open'
;
CREATE INDEX review_item_payer_item_ix ON claims.review_item (practice_id, payer_item_id) WHERE payer_item_id IS NOT NULL
;
CREATE INDEX review_item_remittance_ix ON claims.review_item (practice_id, remittance_id) WHERE remittance_id IS NOT NULL
;
ALTER TABLE claims.review_item ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.review_item FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.review_item USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.review_item TO ar_claims
;
CREATE TABLE claims.signing_key (
	kid TEXT NOT NULL, 
	private_jwk JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	retires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT signing_key_pk PRIMARY KEY (kid)
)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.signing_key TO ar_claims
;
CREATE TABLE claims.simulator_answer (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	submission_id UUID, 
	kind TEXT NOT NULL, 
	part TEXT NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	content BYTEA NOT NULL, 
	delivered_at TIMESTAMP WITH TIME ZONE, 
	file_id UUID, 
	CONSTRAINT simulator_answer_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT simulator_answer_kind CHECK (kind IN ('999', '277CA', '277', '835')), 
	CONSTRAINT simulator_answer_submission CHECK ((submission_id IS NULL) = (kind = '835'))
)
;
CREATE INDEX simulator_answer_due_ix ON claims.simulator_answer (practice_id, due_at) WHERE delivered_at IS NULL
;
CREATE UNIQUE INDEX simulator_answer_part_uq ON claims.simulator_answer (practice_id, submission_id, kind, part) WHERE submission_id IS NOT NULL
;
CREATE UNIQUE INDEX simulator_answer_payment_uq ON claims.simulator_answer (practice_id, part) WHERE submission_id IS NULL
;
ALTER TABLE claims.simulator_answer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.simulator_answer FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.simulator_answer USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.simulator_answer TO ar_claims
;
CREATE TABLE claims.simulator_claim (
	practice_id INTEGER NOT NULL, 
	submission_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	patient_control_number TEXT NOT NULL, 
	payer_claim_number TEXT NOT NULL, 
	payer_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	fate TEXT NOT NULL, 
	CONSTRAINT simulator_claim_pk PRIMARY KEY (practice_id, submission_id, n)
)
;
CREATE INDEX simulator_claim_number_ix ON claims.simulator_claim (practice_id, payer_claim_number)
;
CREATE INDEX simulator_claim_pcn_ix ON claims.simulator_claim (practice_id, patient_control_number)
;
ALTER TABLE claims.simulator_claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.simulator_claim FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.simulator_claim USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.simulator_claim TO ar_claims
;
CREATE TABLE claims.simulator_debt (
	practice_id INTEGER NOT NULL, 
	trace TEXT NOT NULL, 
	account TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	taken_by TEXT, 
	CONSTRAINT simulator_debt_pk PRIMARY KEY (practice_id, trace), 
	CONSTRAINT simulator_debt_cents CHECK (cents > 0)
)
;
CREATE INDEX simulator_debt_open_ix ON claims.simulator_debt (practice_id, account) WHERE taken_by IS NULL
;
ALTER TABLE claims.simulator_debt ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.simulator_debt FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.simulator_debt USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.simulator_debt TO ar_claims
;
CREATE TABLE claims.simulator_deposit (
	practice_id INTEGER NOT NULL, 
	payer_tax_id TEXT NOT NULL, 
	trace TEXT NOT NULL, 
	n SMALLINT NOT NULL, 
	posted_on DATE NOT NULL, 
	method TEXT NOT NULL, 
	payer TEXT NOT NULL, 
	cents BIGINT NOT NULL, 
	fee_cents BIGINT NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	delivered_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT simulator_deposit_pk PRIMARY KEY (practice_id, payer_tax_id, trace, n)
)
;
CREATE INDEX simulator_deposit_day_ix ON claims.simulator_deposit (practice_id, posted_on)
;
CREATE INDEX simulator_deposit_due_ix ON claims.simulator_deposit (practice_id, due_at) WHERE delivered_at IS NULL
;
ALTER TABLE claims.simulator_deposit ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.simulator_deposit FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.simulator_deposit USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.simulator_deposit TO ar_claims
;
CREATE TABLE claims.simulator_part (
	practice_id INTEGER NOT NULL, 
	submission_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	patient_control_number TEXT NOT NULL, 
	file TEXT NOT NULL, 
	payment TEXT NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	part JSONB NOT NULL, 
	trace TEXT, 
	written_at TIMESTAMP WITH TIME ZONE, 
	answer_id UUID, 
	CONSTRAINT simulator_part_pk PRIMARY KEY (practice_id, submission_id, n)
)
;
CREATE INDEX simulator_part_due_ix ON claims.simulator_part (practice_id, due_at) WHERE written_at IS NULL
;
CREATE INDEX simulator_part_pcn_ix ON claims.simulator_part (practice_id, patient_control_number)
;
ALTER TABLE claims.simulator_part ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.simulator_part FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.simulator_part USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.simulator_part TO ar_claims
;
CREATE TABLE claims.staff_user (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	roles TEXT[] NOT NULL, 
	write_off_limit_cents BIGINT, 
	disabled_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT staff_user_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT staff_user_external_uq UNIQUE (practice_id, external_id)
)
;
ALTER TABLE claims.staff_user ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.staff_user FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.staff_user USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.staff_user TO ar_claims
;
CREATE TABLE claims.submission (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	sender TEXT NOT NULL, 
	receiver TEXT NOT NULL, 
	port TEXT NOT NULL, 
	interchange_control TEXT NOT NULL, 
	group_control TEXT NOT NULL, 
	transaction_control TEXT NOT NULL, 
	claim_type TEXT NOT NULL, 
	claim_count INTEGER NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	file_id UUID, 
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	interchange_outcome TEXT, 
	group_outcome TEXT, 
	delivery TEXT NOT NULL, 
	CONSTRAINT submission_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT submission_interchange_uq UNIQUE (practice_id, sender, receiver, interchange_control)
)
;
ALTER TABLE claims.submission ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.submission FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.submission USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.submission TO ar_claims
;
CREATE TABLE claims.submission_claim (
	practice_id INTEGER NOT NULL, 
	submission_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	claim_id UUID NOT NULL, 
	version SMALLINT NOT NULL, 
	transaction_control TEXT NOT NULL, 
	CONSTRAINT submission_claim_pk PRIMARY KEY (practice_id, submission_id, n)
)
;
CREATE INDEX submission_claim_claim_ix ON claims.submission_claim (practice_id, claim_id)
;
ALTER TABLE claims.submission_claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.submission_claim FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.submission_claim USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.submission_claim TO ar_claims
;
CREATE TABLE claims.vendor (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	net_days INTEGER NOT NULL, 
	discount_basis_points INTEGER NOT NULL, 
	discount_days INTEGER NOT NULL, 
	fee_basis TEXT, 
	fee_basis_points INTEGER, 
	fee_per_claim_cents BIGINT, 
	fee_receiver TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT vendor_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT vendor_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT vendor_fee_basis CHECK (fee_basis IN ('recoveries', 'claims')), 
	CONSTRAINT vendor_net_days CHECK (net_days >= 0), 
	CONSTRAINT vendor_discount CHECK (discount_basis_points BETWEEN 0 AND 10000 AND discount_days >= 0), 
	CONSTRAINT vendor_fee CHECK ((fee_basis IS NOT DISTINCT FROM 'recoveries') = (fee_basis_points IS NOT NULL) AND (fee_basis IS NOT DISTINCT FROM 'claims') = (fee_per_claim_cents IS NOT NULL) AND (fee_receiver IS NULL OR fee_basis = 'claims'))
)
;
ALTER TABLE claims.vendor ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.vendor FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.vendor USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.vendor TO ar_claims
;
CREATE TABLE claims.bank_account (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	account_number TEXT, 
	columns JSONB, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT bank_account_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bank_account_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT bank_account_external_uq UNIQUE (practice_id, external_id)
)
;
CREATE UNIQUE INDEX bank_account_number_uq ON claims.bank_account (practice_id, account_number) WHERE account_number IS NOT NULL
;
ALTER TABLE claims.bank_account ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bank_account FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bank_account USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.bank_account TO ar_claims
;
CREATE TABLE claims.bill (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	vendor_id UUID NOT NULL, 
	number TEXT NOT NULL, 
	state TEXT NOT NULL, 
	bill_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	discount_until_on DATE, 
	discount_cents BIGINT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	entered_by TEXT NOT NULL, 
	approved_by TEXT, 
	approved_on DATE, 
	version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT bill_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bill_vendor_id_fk FOREIGN KEY(practice_id, vendor_id) REFERENCES claims.vendor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bill_state CHECK (state IN ('entered', 'approved', 'part_paid', 'paid', 'voided')), 
	CONSTRAINT bill_amount CHECK (amount_cents > 0), 
	CONSTRAINT bill_due CHECK (due_on >= bill_on)
)
;
CREATE INDEX bill_due_ix ON claims.bill (practice_id, due_on)
;
CREATE UNIQUE INDEX bill_number_uq ON claims.bill (practice_id, vendor_id, number) WHERE state <> 'voided'
;
CREATE INDEX bill_vendor_ix ON claims.bill (practice_id, vendor_id)
;
ALTER TABLE claims.bill ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bill FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bill USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.bill TO ar_claims
;
CREATE TABLE claims.billing_entity (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	tin TEXT NOT NULL, 
	npis TEXT[] NOT NULL, 
	taxonomy TEXT, 
	address JSONB NOT NULL, 
	pay_to_address JSONB, 
	contact JSONB, 
	remit_account TEXT, 
	edi_ids JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT billing_entity_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT billing_entity_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT billing_entity_external_uq UNIQUE (practice_id, external_id)
)
;
ALTER TABLE claims.billing_entity ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.billing_entity FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.billing_entity USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.billing_entity TO ar_claims
;
CREATE TABLE claims.document (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	sha256 BYTEA NOT NULL, 
	size_bytes BIGINT, 
	dated_on DATE, 
	received_on DATE NOT NULL, 
	source TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	retain_until DATE, 
	legal_hold BOOLEAN NOT NULL, 
	attachment_control_number TEXT, 
	stored_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT document_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT document_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT document_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT document_kind CHECK (kind IN ('eob', 'check', 'denial_letter', 'appeal_letter', 'medical_record', 'authorization', 'statement', 'consent', 'correspondence', 'other')), 
	CONSTRAINT document_source CHECK (source IN ('upload', 'lockbox', 'mail', 'fax', 'portal', 'generated')), 
	CONSTRAINT document_media_type CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'image/tiff', 'text/plain'))
)
;
ALTER TABLE claims.document ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.document FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.document USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.document TO ar_claims
;
CREATE TABLE claims.guarantor (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	last_name TEXT NOT NULL, 
	first_name TEXT, 
	birth_date DATE, 
	address JSONB, 
	contact JSONB, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT guarantor_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT guarantor_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT guarantor_external_uq UNIQUE (practice_id, external_id)
)
;
ALTER TABLE claims.guarantor ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.guarantor FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.guarantor USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.guarantor TO ar_claims
;
CREATE TABLE claims.location (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	place_of_service TEXT NOT NULL, 
	npi TEXT, 
	address JSONB NOT NULL, 
	locality TEXT, 
	clia_number TEXT, 
	time_zone TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT location_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT location_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT location_external_uq UNIQUE (practice_id, external_id)
)
;
ALTER TABLE claims.location ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.location FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.location USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.location TO ar_claims
;
CREATE TABLE claims.open_period (
	practice_id INTEGER NOT NULL, 
	first_open_day DATE NOT NULL, 
	CONSTRAINT open_period_pk PRIMARY KEY (practice_id), 
	CONSTRAINT open_period_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT
)
;
ALTER TABLE claims.open_period ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.open_period FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.open_period USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.open_period TO ar_claims
;
CREATE TABLE claims.payer (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id_qualifier TEXT NOT NULL, 
	payer_identifier TEXT NOT NULL, 
	remittance_ids TEXT[] NOT NULL, 
	aliases TEXT[] NOT NULL, 
	financial_class TEXT NOT NULL, 
	supports_replacement BOOLEAN NOT NULL, 
	answer_days SMALLINT NOT NULL, 
	filing_limit_days SMALLINT, 
	profile JSONB NOT NULL, 
	addresses JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT payer_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT payer_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT payer_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT payer_identifier_uq UNIQUE (practice_id, id_qualifier, payer_identifier), 
	CONSTRAINT payer_financial_class CHECK (financial_class IN ('medicare', 'medicaid', 'commercial', 'other_government', 'workers_comp_auto', 'self_pay'))
)
;
ALTER TABLE claims.payer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.payer FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.payer USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.payer TO ar_claims
;
CREATE TABLE claims.period_version (
	practice_id INTEGER NOT NULL, 
	month DATE NOT NULL, 
	version SMALLINT NOT NULL, 
	closed_on DATE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	client_id TEXT NOT NULL, 
	actor_id TEXT, 
	actor_kind TEXT NOT NULL, 
	note TEXT, 
	journal_count BIGINT NOT NULL, 
	posting_count BIGINT NOT NULL, 
	control_hash BYTEA NOT NULL, 
	event_outbox_id BIGINT NOT NULL, 
	CONSTRAINT period_version_pk PRIMARY KEY (practice_id, month, version), 
	CONSTRAINT period_version_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT period_version_number CHECK (version >= 1), 
	CONSTRAINT period_version_month CHECK (extract(day FROM month) = 1)
)
;
ALTER TABLE claims.period_version ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.period_version FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.period_version USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.period_version TO ar_claims
;
CREATE TABLE claims.provider (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	npi TEXT, 
	last_name TEXT NOT NULL, 
	first_name TEXT, 
	taxonomies JSONB NOT NULL, 
	credential_class TEXT, 
	roles TEXT[] NOT NULL, 
	links JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT provider_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT provider_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT provider_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT provider_kind CHECK (kind IN ('person', 'organisation'))
)
;
CREATE UNIQUE INDEX provider_npi_uq ON claims.provider (practice_id, npi) WHERE npi IS NOT NULL
;
ALTER TABLE claims.provider ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.provider FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.provider USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.provider TO ar_claims
;
CREATE TABLE claims.resolution (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	remittance_id UUID NOT NULL, 
	claim_n BIGINT, 
	subject TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	state TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	note TEXT NOT NULL, 
	payer_item_id UUID, 
	journal_id UUID NOT NULL, 
	reversal_journal_id UUID, 
	reversed_reason TEXT, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT resolution_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT resolution_remittance_id_fk FOREIGN KEY(practice_id, remittance_id) REFERENCES claims.remittance (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT resolution_subject CHECK (subject IN ('held_claim', 'difference', 'clearing')), 
	CONSTRAINT resolution_outcome CHECK (outcome IN ('owed_to_payer', 'owed_by_payer', 'bank_fee')), 
	CONSTRAINT resolution_state CHECK (state IN ('posted', 'reversed')), 
	CONSTRAINT resolution_amount CHECK (amount_cents > 0), 
	CONSTRAINT resolution_claim CHECK ((subject = 'held_claim') = (claim_n IS NOT NULL)), 
	CONSTRAINT resolution_reversal CHECK ((state = 'reversed') = (reversal_journal_id IS NOT NULL))
)
;
CREATE INDEX resolution_remittance_ix ON claims.resolution (practice_id, remittance_id)
;
ALTER TABLE claims.resolution ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.resolution FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.resolution USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.resolution TO ar_claims
;
CREATE TABLE claims.subscriber (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	last_name TEXT NOT NULL, 
	first_name TEXT, 
	birth_date DATE, 
	sex TEXT, 
	address JSONB, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT subscriber_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT subscriber_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT subscriber_external_uq UNIQUE (practice_id, external_id)
)
;
ALTER TABLE claims.subscriber ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.subscriber FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.subscriber USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.subscriber TO ar_claims
;
CREATE TABLE claims.bank_line (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	statement_id UUID NOT NULL, 
	posted_on DATE NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	reference TEXT NOT NULL, 
	customer_reference TEXT NOT NULL, 
	type_code TEXT NOT NULL, 
	text TEXT NOT NULL, 
	traces TEXT[] NOT NULL, 
	company_ids TEXT[] NOT NULL, 
	line_key BYTEA NOT NULL, 
	CONSTRAINT bank_line_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bank_line_account_id_fk FOREIGN KEY(practice_id, account_id) REFERENCES claims.bank_account (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bank_line_statement_id_fk FOREIGN KEY(practice_id, statement_id) REFERENCES claims.bank_statement (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bank_line_content_uq UNIQUE (practice_id, account_id, line_key), 
	CONSTRAINT bank_line_amount CHECK (amount_cents <> 0)
)
;
CREATE INDEX bank_line_posted_ix ON claims.bank_line (practice_id, posted_on)
;
CREATE INDEX bank_line_statement_ix ON claims.bank_line (practice_id, statement_id)
;
ALTER TABLE claims.bank_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bank_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bank_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.bank_line TO ar_claims
;
CREATE TABLE claims.bill_entry (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	bill_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	effective_on DATE NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	discount_cents BIGINT NOT NULL, 
	method TEXT, 
	reference TEXT, 
	reverses_id UUID, 
	reason TEXT, 
	actor JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT bill_entry_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bill_entry_bill_id_fk FOREIGN KEY(practice_id, bill_id) REFERENCES claims.bill (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bill_entry_reverses_id_fk FOREIGN KEY(practice_id, reverses_id) REFERENCES claims.bill_entry (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bill_entry_reverses_uq UNIQUE (practice_id, reverses_id), 
	CONSTRAINT bill_entry_kind CHECK (kind IN ('billed', 'payment', 'payment_voided', 'voided')), 
	CONSTRAINT bill_entry_method CHECK (method IN ('check', 'ach')), 
	CONSTRAINT bill_entry_sign CHECK ((amount_cents > 0) = (kind IN ('billed', 'payment_voided'))), 
	CONSTRAINT bill_entry_method_given CHECK ((kind = 'payment') = (method IS NOT NULL AND reference IS NOT NULL)), 
	CONSTRAINT bill_entry_link CHECK ((kind IN ('payment_voided', 'voided')) = (reverses_id IS NOT NULL AND reason IS NOT NULL))
)
;
CREATE INDEX bill_entry_bill_ix ON claims.bill_entry (practice_id, bill_id)
;
ALTER TABLE claims.bill_entry ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bill_entry FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bill_entry USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.bill_entry TO ar_claims
;
CREATE TABLE claims.bill_line (
	practice_id INTEGER NOT NULL, 
	bill_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	gl_account TEXT NOT NULL, 
	text TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	from_on DATE, 
	to_on DATE, 
	CONSTRAINT bill_line_pk PRIMARY KEY (practice_id, bill_id, n), 
	CONSTRAINT bill_line_bill_id_fk FOREIGN KEY(practice_id, bill_id) REFERENCES claims.bill (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bill_line_amount CHECK (amount_cents <> 0), 
	CONSTRAINT bill_line_days CHECK ((from_on IS NULL) = (to_on IS NULL) AND (from_on IS NULL OR to_on >= from_on))
)
;
ALTER TABLE claims.bill_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bill_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bill_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.bill_line TO ar_claims
;
CREATE TABLE claims.deposit_slip (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	location_id UUID NOT NULL, 
	staff_user_id UUID, 
	business_on DATE NOT NULL, 
	state TEXT NOT NULL, 
	counted_cents BIGINT, 
	recorded_cents BIGINT, 
	over_short_cents BIGINT, 
	reason TEXT, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	closed_by JSONB, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT deposit_slip_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT deposit_slip_location_id_fk FOREIGN KEY(practice_id, location_id) REFERENCES claims.location (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT deposit_slip_staff_user_id_fk FOREIGN KEY(practice_id, staff_user_id) REFERENCES claims.staff_user (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT deposit_slip_state CHECK (state IN ('open', 'closed')), 
	CONSTRAINT deposit_slip_difference CHECK (over_short_cents = counted_cents - recorded_cents)
)
;
CREATE INDEX deposit_slip_location_ix ON claims.deposit_slip (practice_id, location_id, business_on)
;
CREATE INDEX deposit_slip_staff_ix ON claims.deposit_slip (practice_id, staff_user_id)
;
ALTER TABLE claims.deposit_slip ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.deposit_slip FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.deposit_slip USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.deposit_slip TO ar_claims
;
CREATE TABLE claims.document_link (
	practice_id INTEGER NOT NULL, 
	document_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	target_id UUID NOT NULL, 
	CONSTRAINT document_link_pk PRIMARY KEY (practice_id, document_id, kind, target_id), 
	CONSTRAINT document_link_document_id_fk FOREIGN KEY(practice_id, document_id) REFERENCES claims.document (practice_id, id) ON DELETE CASCADE, 
	CONSTRAINT document_link_kind CHECK (kind IN ('patient', 'coverage', 'claim', 'remittance', 'denial'))
)
;
CREATE INDEX document_link_target_ix ON claims.document_link (practice_id, kind, target_id)
;
ALTER TABLE claims.document_link ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.document_link FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.document_link USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.document_link TO ar_claims
;
CREATE TABLE claims.owner_contact (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	guarantor_id UUID, 
	payer_id UUID, 
	kind TEXT NOT NULL, 
	contacted_on DATE NOT NULL, 
	note TEXT, 
	client_id TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT owner_contact_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT owner_contact_guarantor_id_fk FOREIGN KEY(practice_id, guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT owner_contact_payer_id_fk FOREIGN KEY(practice_id, payer_id) REFERENCES claims.payer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT owner_contact_kind CHECK (kind IN ('owner_contact', 'due_diligence_letter', 'letter_returned')), 
	CONSTRAINT owner_contact_owner CHECK (num_nonnulls(guarantor_id, payer_id) = 1)
)
;
CREATE INDEX owner_contact_guarantor_ix ON claims.owner_contact (practice_id, guarantor_id, contacted_on)
;
CREATE INDEX owner_contact_payer_ix ON claims.owner_contact (practice_id, payer_id, contacted_on)
;
ALTER TABLE claims.owner_contact ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.owner_contact FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.owner_contact USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.owner_contact TO ar_claims
;
CREATE TABLE claims.patient (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	guarantor_id UUID NOT NULL, 
	last_name TEXT NOT NULL, 
	first_name TEXT, 
	middle_name TEXT, 
	birth_date DATE, 
	sex TEXT, 
	address JSONB, 
	contact JSONB, 
	identity_key TEXT, 
	possible_duplicate_of UUID, 
	merged_into UUID, 
	deceased_on DATE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT patient_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT patient_practice_id_fk FOREIGN KEY(practice_id) REFERENCES claims.practice (id) ON DELETE RESTRICT, 
	CONSTRAINT patient_guarantor_id_fk FOREIGN KEY(practice_id, guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT patient_external_uq UNIQUE (practice_id, external_id)
)
;
CREATE INDEX patient_birth_ix ON claims.patient (practice_id, birth_date)
;
CREATE INDEX patient_guarantor_ix ON claims.patient (practice_id, guarantor_id)
;
CREATE INDEX patient_identity_ix ON claims.patient (practice_id, identity_key)
;
ALTER TABLE claims.patient ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.patient FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.patient USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.patient TO ar_claims
;
CREATE TABLE claims.placement (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	vendor_id UUID NOT NULL, 
	guarantor_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	placed_on DATE NOT NULL, 
	note TEXT NOT NULL, 
	assurances TEXT[] NOT NULL, 
	recalled_at TIMESTAMP WITH TIME ZONE, 
	recalled_reason TEXT, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT placement_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT placement_vendor_id_fk FOREIGN KEY(practice_id, vendor_id) REFERENCES claims.vendor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT placement_guarantor_id_fk FOREIGN KEY(practice_id, guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT placement_kind CHECK (kind IN ('owed', 'bad_debt')), 
	CONSTRAINT placement_state CHECK (state IN ('placed', 'recalled'))
)
;
CREATE INDEX placement_guarantor_ix ON claims.placement (practice_id, guarantor_id)
;
CREATE INDEX placement_vendor_ix ON claims.placement (practice_id, vendor_id)
;
ALTER TABLE claims.placement ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.placement FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.placement USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.placement TO ar_claims
;
CREATE TABLE claims.plan (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	payer_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	line_of_business TEXT NOT NULL, 
	funding TEXT NOT NULL, 
	state TEXT, 
	filing_indicator TEXT, 
	crossover BOOLEAN NOT NULL, 
	supports_replacement BOOLEAN, 
	filing_limit_days SMALLINT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT plan_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT plan_payer_id_fk FOREIGN KEY(practice_id, payer_id) REFERENCES claims.payer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT plan_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT plan_line_of_business CHECK (line_of_business IN ('medicare', 'medicare_advantage', 'medicaid', 'medicaid_mco', 'commercial', 'fehb', 'tricare', 'va', 'workers_comp', 'auto', 'self_pay')), 
	CONSTRAINT plan_funding CHECK (funding IN ('insured', 'self_funded', 'government'))
)
;
CREATE INDEX plan_payer_ix ON claims.plan (practice_id, payer_id)
;
ALTER TABLE claims.plan ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.plan FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.plan USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.plan TO ar_claims
;
CREATE TABLE claims.bank_line_state (
	practice_id INTEGER NOT NULL, 
	line_id UUID NOT NULL, 
	state TEXT NOT NULL, 
	matched_cents BIGINT NOT NULL, 
	held_cents BIGINT NOT NULL, 
	reason TEXT, 
	version INTEGER NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT bank_line_state_pk PRIMARY KEY (practice_id, line_id), 
	CONSTRAINT bank_line_state_line_id_fk FOREIGN KEY(practice_id, line_id) REFERENCES claims.bank_line (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bank_line_state_state CHECK (state IN ('open', 'matched', 'set_aside')), 
	CONSTRAINT bank_line_state_held CHECK (held_cents >= 0)
)
;
CREATE INDEX bank_line_state_open_ix ON claims.bank_line_state (practice_id, line_id) WHERE state = 'open'
;
ALTER TABLE claims.bank_line_state ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bank_line_state FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bank_line_state USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.bank_line_state TO ar_claims
;
CREATE TABLE claims.bank_match (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	remittance_id UUID, 
	receipt_id UUID, 
	refund_id UUID, 
	amount_cents BIGINT NOT NULL, 
	fee_cents BIGINT NOT NULL, 
	matched_by TEXT NOT NULL, 
	reason TEXT, 
	journal_id UUID, 
	actor JSONB NOT NULL, 
	matched_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	undone_reason TEXT, 
	undone_journal_id UUID, 
	CONSTRAINT bank_match_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT bank_match_line_id_fk FOREIGN KEY(practice_id, line_id) REFERENCES claims.bank_line (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT bank_match_target CHECK (num_nonnulls(remittance_id, receipt_id, refund_id) = 1), 
	CONSTRAINT bank_match_journal CHECK ((journal_id IS NULL) = (refund_id IS NOT NULL)), 
	CONSTRAINT bank_match_amount CHECK (amount_cents <> 0 AND fee_cents >= 0 AND (amount_cents > 0 OR fee_cents = 0)), 
	CONSTRAINT bank_match_by CHECK (matched_by IN ('trace', 'payer', 'manual'))
)
;
CREATE INDEX bank_match_line_ix ON claims.bank_match (practice_id, line_id)
;
CREATE INDEX bank_match_receipt_ix ON claims.bank_match (practice_id, receipt_id) WHERE receipt_id IS NOT NULL
;
CREATE UNIQUE INDEX bank_match_refund_uq ON claims.bank_match (practice_id, refund_id) WHERE refund_id IS NOT NULL AND undone_at IS NULL
;
CREATE INDEX bank_match_remittance_ix ON claims.bank_match (practice_id, remittance_id) WHERE remittance_id IS NOT NULL
;
ALTER TABLE claims.bank_match ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.bank_match FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.bank_match USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.bank_match TO ar_claims
;
CREATE TABLE claims.charge (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT, 
	encounter_id UUID, 
	patient_id UUID NOT NULL, 
	guarantor_id UUID NOT NULL, 
	procedure_qualifier TEXT, 
	procedure_code TEXT, 
	modifiers TEXT[] NOT NULL, 
	charge_cents BIGINT NOT NULL, 
	non_covered_cents BIGINT, 
	units NUMERIC(12, 3) NOT NULL, 
	unit_basis TEXT NOT NULL, 
	place_of_service TEXT, 
	service_from DATE NOT NULL, 
	service_to DATE NOT NULL, 
	diagnoses TEXT[] NOT NULL, 
	diagnosis_pointers TEXT[] NOT NULL, 
	revenue_code TEXT, 
	ndc TEXT, 
	ndc_units NUMERIC(12, 3), 
	ndc_unit_basis TEXT, 
	rendering_provider_id UUID, 
	ordering_provider_id UUID, 
	referring_provider_id UUID, 
	authorization_id UUID, 
	documentation_ref TEXT, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	replaces_charge_id UUID, 
	voided_at TIMESTAMP WITH TIME ZONE, 
	void_reason TEXT, 
	CONSTRAINT charge_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT charge_patient_id_fk FOREIGN KEY(practice_id, patient_id) REFERENCES claims.patient (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT charge_amount CHECK (charge_cents >= 0), 
	CONSTRAINT charge_modifiers CHECK (cardinality(modifiers) <= 4)
)
;
CREATE UNIQUE INDEX charge_external_uq ON claims.charge (practice_id, external_id) WHERE external_id IS NOT NULL AND voided_at IS NULL
;
CREATE INDEX charge_patient_ix ON claims.charge (practice_id, patient_id, service_from)
;
ALTER TABLE claims.charge ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.charge FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.charge USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.charge TO ar_claims
;
CREATE TABLE claims.coverage (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	patient_id UUID NOT NULL, 
	payer_id UUID NOT NULL, 
	plan_id UUID, 
	member_id TEXT NOT NULL, 
	group_number TEXT, 
	group_name TEXT, 
	relation TEXT NOT NULL, 
	subscriber JSONB, 
	subscriber_id UUID, 
	rank SMALLINT NOT NULL, 
	starts_on DATE, 
	ends_on DATE, 
	msp_type TEXT, 
	filing_indicator TEXT, 
	network_status TEXT, 
	accepts_assignment BOOLEAN NOT NULL, 
	release_of_information BOOLEAN NOT NULL, 
	patient_billing_block TEXT, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	verified_by TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT coverage_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT coverage_patient_id_fk FOREIGN KEY(practice_id, patient_id) REFERENCES claims.patient (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT coverage_payer_id_fk FOREIGN KEY(practice_id, payer_id) REFERENCES claims.payer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT coverage_plan_id_fk FOREIGN KEY(practice_id, plan_id) REFERENCES claims.plan (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT coverage_subscriber_id_fk FOREIGN KEY(practice_id, subscriber_id) REFERENCES claims.subscriber (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT coverage_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT coverage_rank CHECK (rank BETWEEN 1 AND 11), 
	CONSTRAINT coverage_billing_block CHECK (patient_billing_block IN ('qmb', 'medicaid', 'workers_comp', 'no_surprises_act'))
)
;
CREATE INDEX coverage_member_ix ON claims.coverage (practice_id, member_id)
;
CREATE INDEX coverage_patient_ix ON claims.coverage (practice_id, patient_id)
;
CREATE INDEX coverage_payer_ix ON claims.coverage (practice_id, payer_id)
;
CREATE INDEX coverage_plan_ix ON claims.coverage (practice_id, plan_id)
;
CREATE INDEX coverage_subscriber_ix ON claims.coverage (practice_id, subscriber_id)
;
ALTER TABLE claims.coverage ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.coverage FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.coverage USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.coverage TO ar_claims
;
CREATE TABLE claims.encounter (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	patient_id UUID NOT NULL, 
	location_id UUID, 
	provider_id UUID, 
	starts_on DATE NOT NULL, 
	ends_on DATE, 
	signed_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT encounter_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT encounter_patient_id_fk FOREIGN KEY(practice_id, patient_id) REFERENCES claims.patient (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT encounter_external_uq UNIQUE (practice_id, external_id)
)
;
CREATE INDEX encounter_patient_ix ON claims.encounter (practice_id, patient_id)
;
ALTER TABLE claims.encounter ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.encounter FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.encounter USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.encounter TO ar_claims
;
CREATE TABLE claims.receipt (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT, 
	kind TEXT NOT NULL, 
	method TEXT NOT NULL, 
	state TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	unapplied_cents BIGINT NOT NULL, 
	returned_cents BIGINT NOT NULL, 
	refunded_cents BIGINT NOT NULL, 
	deposited_cents BIGINT NOT NULL, 
	guarantor_id UUID, 
	payer_id UUID, 
	location_id UUID, 
	staff_user_id UUID, 
	deposit_slip_id UUID, 
	reference TEXT, 
	received_on DATE NOT NULL, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT receipt_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT receipt_guarantor_id_fk FOREIGN KEY(practice_id, guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_payer_id_fk FOREIGN KEY(practice_id, payer_id) REFERENCES claims.payer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_location_id_fk FOREIGN KEY(practice_id, location_id) REFERENCES claims.location (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_staff_user_id_fk FOREIGN KEY(practice_id, staff_user_id) REFERENCES claims.staff_user (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_deposit_slip_id_fk FOREIGN KEY(practice_id, deposit_slip_id) REFERENCES claims.deposit_slip (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_kind CHECK (kind IN ('patient', 'insurer', 'unidentified', 'agency')), 
	CONSTRAINT receipt_method CHECK (method IN ('cash', 'check', 'card', 'ach')), 
	CONSTRAINT receipt_state CHECK (state IN ('received', 'returned', 'voided')), 
	CONSTRAINT receipt_amount CHECK (amount_cents > 0), 
	CONSTRAINT receipt_parts CHECK (unapplied_cents >= 0 AND returned_cents >= 0 AND refunded_cents >= 0), 
	CONSTRAINT receipt_sum CHECK (unapplied_cents + returned_cents + refunded_cents <= amount_cents)
)
;
CREATE UNIQUE INDEX receipt_external_uq ON claims.receipt (practice_id, external_id) WHERE external_id IS NOT NULL
;
CREATE INDEX receipt_guarantor_ix ON claims.receipt (practice_id, guarantor_id)
;
CREATE INDEX receipt_location_ix ON claims.receipt (practice_id, location_id)
;
CREATE INDEX receipt_payer_ix ON claims.receipt (practice_id, payer_id)
;
CREATE INDEX receipt_received_ix ON claims.receipt (practice_id, received_on)
;
CREATE INDEX receipt_slip_ix ON claims.receipt (practice_id, deposit_slip_id)
;
CREATE INDEX receipt_staff_ix ON claims.receipt (practice_id, staff_user_id)
;
ALTER TABLE claims.receipt ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.receipt FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.receipt USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.receipt TO ar_claims
;
CREATE TABLE claims.transfer (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	reason TEXT NOT NULL, 
	note TEXT NOT NULL, 
	patient_id UUID NOT NULL, 
	claim_id UUID, 
	from_account SMALLINT NOT NULL, 
	from_party_id UUID NOT NULL, 
	to_account SMALLINT NOT NULL, 
	to_party_id UUID NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	document_id UUID, 
	journal_id UUID NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT transfer_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT transfer_patient_id_fk FOREIGN KEY(practice_id, patient_id) REFERENCES claims.patient (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT transfer_reason CHECK (reason IN ('patient_responsibility', 'not_covered', 'coverage_ended', 'next_payer', 'wrong_payer', 'coverage_found', 'patient_protected')), 
	CONSTRAINT transfer_amount CHECK (amount_cents > 0)
)
;
CREATE INDEX transfer_claim_ix ON claims.transfer (practice_id, claim_id)
;
CREATE INDEX transfer_patient_ix ON claims.transfer (practice_id, patient_id)
;
ALTER TABLE claims.transfer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.transfer FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.transfer USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.transfer TO ar_claims
;
CREATE TABLE claims.agency_remittance (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	vendor_id UUID NOT NULL, 
	reference TEXT NOT NULL, 
	state TEXT NOT NULL, 
	remitted_on DATE NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	collected_cents BIGINT NOT NULL, 
	fee_cents BIGINT NOT NULL, 
	receipt_id UUID NOT NULL, 
	reversed_reason TEXT, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT agency_remittance_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT agency_remittance_vendor_id_fk FOREIGN KEY(practice_id, vendor_id) REFERENCES claims.vendor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT agency_remittance_receipt_id_fk FOREIGN KEY(practice_id, receipt_id) REFERENCES claims.receipt (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT agency_remittance_state CHECK (state IN ('posted', 'reversed')), 
	CONSTRAINT agency_remittance_sum CHECK (amount_cents = collected_cents - fee_cents AND amount_cents > 0)
)
;
CREATE INDEX agency_remittance_days_ix ON claims.agency_remittance (practice_id, vendor_id, remitted_on)
;
CREATE INDEX agency_remittance_receipt_ix ON claims.agency_remittance (practice_id, receipt_id)
;
CREATE UNIQUE INDEX agency_remittance_reference_uq ON claims.agency_remittance (practice_id, vendor_id, reference) WHERE state <> 'reversed'
;
ALTER TABLE claims.agency_remittance ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.agency_remittance FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.agency_remittance USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.agency_remittance TO ar_claims
;
CREATE TABLE claims."authorization" (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	coverage_id UUID NOT NULL, 
	number TEXT NOT NULL, 
	starts_on DATE, 
	ends_on DATE, 
	units NUMERIC(12, 3), 
	units_used NUMERIC(12, 3), 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT authorization_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT authorization_coverage_id_fk FOREIGN KEY(practice_id, coverage_id) REFERENCES claims.coverage (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT authorization_external_uq UNIQUE (practice_id, external_id), 
	CONSTRAINT authorization_number_uq UNIQUE (practice_id, coverage_id, number), 
	CONSTRAINT authorization_units CHECK (units_used IS NULL OR units_used >= 0)
)
;
ALTER TABLE claims.authorization ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.authorization FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.authorization USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.authorization TO ar_claims
;
CREATE TABLE claims.claim (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	external_id TEXT, 
	type TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	patient_control_number TEXT NOT NULL, 
	normalised_pcn TEXT NOT NULL, 
	submitted_pcn TEXT, 
	payer_control_number TEXT, 
	patient_id UUID NOT NULL, 
	guarantor_id UUID NOT NULL, 
	coverage_id UUID NOT NULL, 
	coverage_snapshot JSONB NOT NULL, 
	sequence SMALLINT NOT NULL, 
	payer_id UUID NOT NULL, 
	plan_id UUID, 
	financial_class TEXT NOT NULL, 
	billing_entity_id UUID NOT NULL, 
	location_id UUID, 
	rendering_provider_id UUID, 
	place_of_service TEXT, 
	charge_cents BIGINT NOT NULL, 
	service_from DATE NOT NULL, 
	service_to DATE NOT NULL, 
	diagnoses TEXT[] NOT NULL, 
	facts JSONB NOT NULL, 
	submission_state TEXT NOT NULL, 
	adjudication_state TEXT NOT NULL, 
	version SMALLINT NOT NULL, 
	pending_version SMALLINT, 
	origin_claim_id UUID, 
	line_count SMALLINT NOT NULL, 
	first_billed_on DATE, 
	sent_on DATE, 
	accepted_on DATE, 
	adjudicated_on DATE, 
	blockers JSONB NOT NULL, 
	source_file_id UUID, 
	content_hash BYTEA, 
	row_version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT claim_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT claim_patient_id_fk FOREIGN KEY(practice_id, patient_id) REFERENCES claims.patient (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT claim_coverage_id_fk FOREIGN KEY(practice_id, coverage_id) REFERENCES claims.coverage (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT claim_payer_id_fk FOREIGN KEY(practice_id, payer_id) REFERENCES claims.payer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT claim_billing_entity_id_fk FOREIGN KEY(practice_id, billing_entity_id) REFERENCES claims.billing_entity (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT claim_control_number_uq UNIQUE (practice_id, patient_control_number), 
	CONSTRAINT claim_type CHECK (type IN ('professional', 'institutional')), 
	CONSTRAINT claim_purpose CHECK (purpose IN ('live', 'already_submitted', 'test', 'draft_import')), 
	CONSTRAINT claim_submission_state CHECK (submission_state IN ('draft', 'scrub_failed', 'ready', 'held', 'sent', 'file_rejected', 'file_accepted', 'ch_rejected', 'payer_rejected', 'payer_accepted', 'superseded', 'void_sent', 'voided')), 
	CONSTRAINT claim_adjudication_state CHECK (adjudication_state IN ('none', 'pended', 'info_requested', 'paid', 'partially_denied', 'denied', 'zero_paid', 'forwarded', 'reversed'))
)
;
CREATE INDEX claim_billing_entity_ix ON claims.claim (practice_id, billing_entity_id)
;
CREATE UNIQUE INDEX claim_content_uq ON claims.claim (practice_id, content_hash) WHERE content_hash IS NOT NULL
;
CREATE INDEX claim_coverage_ix ON claims.claim (practice_id, coverage_id)
;
CREATE UNIQUE INDEX claim_external_uq ON claims.claim (practice_id, external_id) WHERE external_id IS NOT NULL
;
CREATE INDEX claim_normal_number_ix ON claims.claim (practice_id, normalised_pcn)
;
CREATE INDEX claim_origin_ix ON claims.claim (practice_id, origin_claim_id) WHERE origin_claim_id IS NOT NULL
;
CREATE INDEX claim_patient_ix ON claims.claim (practice_id, patient_id)
;
CREATE INDEX claim_payer_ix ON claims.claim (practice_id, payer_id)
;
CREATE INDEX claim_payer_number_ix ON claims.claim (practice_id, payer_control_number) WHERE payer_control_number IS NOT NULL
;
CREATE INDEX claim_pending_ix ON claims.claim (practice_id, id) WHERE pending_version IS NOT NULL
;
CREATE INDEX claim_source_file_ix ON claims.claim (practice_id, source_file_id) WHERE source_file_id IS NOT NULL
;
CREATE INDEX claim_submission_ix ON claims.claim (practice_id, submission_state)
;
CREATE INDEX claim_submitted_number_ix ON claims.claim (practice_id, submitted_pcn) WHERE submitted_pcn IS NOT NULL
;
ALTER TABLE claims.claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.claim FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.claim USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.claim TO ar_claims
;
CREATE TABLE claims.overpayment_case (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	charge_id UUID NOT NULL, 
	party_id UUID NOT NULL, 
	claim_id UUID, 
	payer_id UUID, 
	source TEXT NOT NULL, 
	state TEXT NOT NULL, 
	credit_cents BIGINT NOT NULL, 
	stated_cents BIGINT, 
	arisen_on DATE NOT NULL, 
	received_on DATE NOT NULL, 
	basis TEXT, 
	identified_on DATE, 
	identified_by TEXT, 
	investigation_started_on DATE, 
	investigation_ended_on DATE, 
	suspended_until DATE, 
	due_on DATE, 
	look_back_from DATE, 
	clock JSONB NOT NULL, 
	method TEXT, 
	proof_document_id UUID, 
	close_reason TEXT, 
	closed_on DATE, 
	version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT overpayment_case_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT overpayment_case_charge_id_fk FOREIGN KEY(practice_id, charge_id) REFERENCES claims.charge (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT overpayment_case_credit_uq UNIQUE (practice_id, charge_id, party_id), 
	CONSTRAINT overpayment_case_state CHECK (state IN ('open', 'identified', 'investigating', 'closed')), 
	CONSTRAINT overpayment_case_source CHECK (source IN ('posting', 'person')), 
	CONSTRAINT overpayment_case_method CHECK (method IN ('refund_check', 'claim_adjustment', 'self_referral', 'offset')), 
	CONSTRAINT overpayment_case_close_reason CHECK (close_reason IN ('refunded', 'taken_back', 'corrected', 'returned_elsewhere', 'not_overpaid')), 
	CONSTRAINT overpayment_case_cents CHECK (credit_cents >= 0 AND stated_cents > 0), 
	CONSTRAINT overpayment_case_closed CHECK ((state = 'closed') = (closed_on IS NOT NULL)), 
	CONSTRAINT overpayment_case_known CHECK (state <> 'identified' OR identified_on IS NOT NULL)
)
;
CREATE INDEX overpayment_case_claim_ix ON claims.overpayment_case (practice_id, claim_id) WHERE claim_id IS NOT NULL
;
CREATE INDEX overpayment_case_due_ix ON claims.overpayment_case (practice_id, due_on, id) WHERE state <> 'closed'
;
ALTER TABLE claims.overpayment_case ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.overpayment_case FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.overpayment_case USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.overpayment_case TO ar_claims
;
CREATE TABLE claims.placement_line (
	practice_id INTEGER NOT NULL, 
	placement_id UUID NOT NULL, 
	charge_id UUID NOT NULL, 
	claim_id UUID, 
	account SMALLINT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	collected_cents BIGINT NOT NULL, 
	recalled_cents BIGINT NOT NULL, 
	CONSTRAINT placement_line_pk PRIMARY KEY (practice_id, placement_id, charge_id), 
	CONSTRAINT placement_line_placement_id_fk FOREIGN KEY(practice_id, placement_id) REFERENCES claims.placement (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT placement_line_charge_id_fk FOREIGN KEY(practice_id, charge_id) REFERENCES claims.charge (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT placement_line_parts CHECK (amount_cents > 0 AND collected_cents >= 0 AND recalled_cents >= 0 AND collected_cents + recalled_cents <= amount_cents)
)
;
CREATE INDEX placement_line_charge_ix ON claims.placement_line (practice_id, charge_id)
;
ALTER TABLE claims.placement_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.placement_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.placement_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.placement_line TO ar_claims
;
CREATE TABLE claims.receipt_application (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	receipt_id UUID NOT NULL, 
	charge_id UUID, 
	claim_id UUID, 
	account SMALLINT, 
	party_id UUID, 
	remittance_id UUID, 
	amount_cents BIGINT NOT NULL, 
	returned_cents BIGINT NOT NULL, 
	journal_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	undone_by TEXT, 
	undone_journal_id UUID, 
	CONSTRAINT receipt_application_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT receipt_application_receipt_id_fk FOREIGN KEY(practice_id, receipt_id) REFERENCES claims.receipt (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_application_amount CHECK (amount_cents > 0 AND returned_cents BETWEEN 0 AND amount_cents), 
	CONSTRAINT receipt_application_target CHECK ((charge_id IS NULL) <> (remittance_id IS NULL)), 
	CONSTRAINT receipt_application_undone CHECK (undone_by IN ('unapplied', 'voided'))
)
;
CREATE INDEX receipt_application_charge_ix ON claims.receipt_application (practice_id, charge_id) WHERE charge_id IS NOT NULL
;
CREATE INDEX receipt_application_receipt_ix ON claims.receipt_application (practice_id, receipt_id)
;
CREATE INDEX receipt_application_remittance_ix ON claims.receipt_application (practice_id, remittance_id) WHERE remittance_id IS NOT NULL
;
ALTER TABLE claims.receipt_application ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.receipt_application FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.receipt_application USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.receipt_application TO ar_claims
;
CREATE TABLE claims.receipt_reassignment (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	receipt_id UUID NOT NULL, 
	from_guarantor_id UUID NOT NULL, 
	guarantor_id UUID NOT NULL, 
	reason TEXT NOT NULL, 
	actor JSONB NOT NULL, 
	reassigned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT receipt_reassignment_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT receipt_reassignment_receipt_id_fk FOREIGN KEY(practice_id, receipt_id) REFERENCES claims.receipt (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_reassignment_from_guarantor_id_fk FOREIGN KEY(practice_id, from_guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT receipt_reassignment_guarantor_id_fk FOREIGN KEY(practice_id, guarantor_id) REFERENCES claims.guarantor (practice_id, id) ON DELETE RESTRICT
)
;
CREATE INDEX receipt_reassignment_from_ix ON claims.receipt_reassignment (practice_id, from_guarantor_id)
;
CREATE INDEX receipt_reassignment_receipt_ix ON claims.receipt_reassignment (practice_id, receipt_id)
;
CREATE INDEX receipt_reassignment_to_ix ON claims.receipt_reassignment (practice_id, guarantor_id)
;
ALTER TABLE claims.receipt_reassignment ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.receipt_reassignment FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.receipt_reassignment USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.receipt_reassignment TO ar_claims
;
CREATE TABLE claims.refund (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	side TEXT NOT NULL, 
	state TEXT NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	charge_id UUID, 
	claim_id UUID, 
	account SMALLINT, 
	party_id UUID, 
	payer_id UUID, 
	guarantor_id UUID, 
	receipt_id UUID, 
	payer_item_id UUID, 
	reason TEXT NOT NULL, 
	method TEXT, 
	reference TEXT, 
	issued_on DATE, 
	remitted_on DATE, 
	requested_by TEXT NOT NULL, 
	approved_by TEXT, 
	due_journal_id UUID, 
	issue_journal_id UUID, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT refund_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT refund_state CHECK (state IN ('requested', 'approved', 'issued', 'cleared', 'cancelled', 'voided', 'stale', 'unclaimed', 'remitted')), 
	CONSTRAINT refund_method CHECK (method IN ('check', 'ach', 'card')), 
	CONSTRAINT refund_side CHECK (side IN ('payer', 'patient')), 
	CONSTRAINT refund_amount CHECK (amount_cents > 0), 
	CONSTRAINT refund_source CHECK (num_nonnulls(charge_id, receipt_id, payer_item_id) = 1), 
	CONSTRAINT refund_receipt_id_fk FOREIGN KEY(practice_id, receipt_id) REFERENCES claims.receipt (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT refund_charge_id_fk FOREIGN KEY(practice_id, charge_id) REFERENCES claims.charge (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT refund_payer_item_id_fk FOREIGN KEY(practice_id, payer_item_id) REFERENCES claims.payer_item (practice_id, id) ON DELETE RESTRICT
)
;
CREATE INDEX refund_charge_ix ON claims.refund (practice_id, charge_id)
;
CREATE INDEX refund_claim_ix ON claims.refund (practice_id, claim_id)
;
CREATE INDEX refund_payer_item_ix ON claims.refund (practice_id, payer_item_id)
;
CREATE INDEX refund_receipt_ix ON claims.refund (practice_id, receipt_id)
;
CREATE INDEX refund_reference_ix ON claims.refund (practice_id, reference) WHERE reference IS NOT NULL
;
ALTER TABLE claims.refund ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.refund FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.refund USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.refund TO ar_claims
;
CREATE TABLE claims.transfer_line (
	practice_id INTEGER NOT NULL, 
	transfer_id UUID NOT NULL, 
	charge_id UUID NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	CONSTRAINT transfer_line_pk PRIMARY KEY (practice_id, transfer_id, charge_id), 
	CONSTRAINT transfer_line_transfer_id_fk FOREIGN KEY(practice_id, transfer_id) REFERENCES claims.transfer (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT transfer_line_charge_id_fk FOREIGN KEY(practice_id, charge_id) REFERENCES claims.charge (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT transfer_line_amount CHECK (amount_cents > 0)
)
;
CREATE INDEX transfer_line_charge_ix ON claims.transfer_line (practice_id, charge_id)
;
ALTER TABLE claims.transfer_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.transfer_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.transfer_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.transfer_line TO ar_claims
;
CREATE TABLE claims.write_off (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	cause TEXT, 
	state TEXT NOT NULL, 
	charge_id UUID NOT NULL, 
	claim_id UUID, 
	account SMALLINT NOT NULL, 
	party_id UUID NOT NULL, 
	amount_cents BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	rule TEXT, 
	journal_id UUID NOT NULL, 
	reversal_journal_id UUID, 
	reversed_reason TEXT, 
	version INTEGER NOT NULL, 
	actor JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT write_off_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT write_off_charge_id_fk FOREIGN KEY(practice_id, charge_id) REFERENCES claims.charge (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT write_off_kind CHECK (kind IN ('contractual_correction', 'administrative', 'capitated', 'charity', 'discount', 'small_balance', 'bad_debt')), 
	CONSTRAINT write_off_cause CHECK (cause IN ('timely_filing', 'no_authorization', 'eligibility', 'coding', 'medical_necessity', 'documentation', 'credentialing', 'appeal_lost', 'uneconomic', 'other')), 
	CONSTRAINT write_off_state CHECK (state IN ('posted', 'reversed')), 
	CONSTRAINT write_off_amount CHECK (amount_cents > 0), 
	CONSTRAINT write_off_administrative_cause CHECK ((kind = 'administrative') = (cause IS NOT NULL)), 
	CONSTRAINT write_off_reversal CHECK ((state = 'reversed') = (reversal_journal_id IS NOT NULL))
)
;
CREATE INDEX write_off_charge_ix ON claims.write_off (practice_id, charge_id)
;
CREATE INDEX write_off_claim_ix ON claims.write_off (practice_id, claim_id)
;
ALTER TABLE claims.write_off ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.write_off FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.write_off USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.write_off TO ar_claims
;
CREATE TABLE claims.agency_remittance_line (
	practice_id INTEGER NOT NULL, 
	agency_remittance_id UUID NOT NULL, 
	n INTEGER NOT NULL, 
	placement_id UUID NOT NULL, 
	charge_id UUID NOT NULL, 
	collected_cents BIGINT NOT NULL, 
	fee_cents BIGINT NOT NULL, 
	journal_id UUID NOT NULL, 
	CONSTRAINT agency_remittance_line_pk PRIMARY KEY (practice_id, agency_remittance_id, n), 
	CONSTRAINT agency_remittance_line_agency_remittance_id_fk FOREIGN KEY(practice_id, agency_remittance_id) REFERENCES claims.agency_remittance (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT agency_remittance_line_placement_id_fk FOREIGN KEY(practice_id, placement_id) REFERENCES claims.placement (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT agency_remittance_line_fee CHECK (collected_cents > 0 AND fee_cents BETWEEN 0 AND collected_cents)
)
;
CREATE INDEX agency_remittance_line_placement_ix ON claims.agency_remittance_line (practice_id, placement_id)
;
ALTER TABLE claims.agency_remittance_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.agency_remittance_line FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.agency_remittance_line USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.agency_remittance_line TO ar_claims
;
CREATE TABLE claims.claim_note (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	claim_id UUID NOT NULL, 
	text TEXT NOT NULL, 
	actor_id TEXT, 
	actor_kind TEXT NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT claim_note_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT claim_note_claim_id_fk FOREIGN KEY(practice_id, claim_id) REFERENCES claims.claim (practice_id, id) ON DELETE RESTRICT
)
;
CREATE INDEX claim_note_claim_ix ON claims.claim_note (practice_id, claim_id)
;
ALTER TABLE claims.claim_note ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.claim_note FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.claim_note USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.claim_note TO ar_claims
;
CREATE TABLE claims.coordination (
	practice_id INTEGER NOT NULL, 
	claim_id UUID NOT NULL, 
	step TEXT NOT NULL, 
	remittance_id UUID, 
	next_coverage_id UUID, 
	next_claim_id UUID, 
	crossover_payer TEXT, 
	awaited_until DATE, 
	review_id UUID, 
	blockers JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT coordination_pk PRIMARY KEY (practice_id, claim_id), 
	CONSTRAINT coordination_claim_id_fk FOREIGN KEY(practice_id, claim_id) REFERENCES claims.claim (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT coordination_step CHECK (step IN ('billed', 'crossover_awaited', 'crossover_overdue', 'crossover_answered', 'corrected', 'outdated', 'nothing_left', 'blocked'))
)
;
CREATE INDEX coordination_awaited_ix ON claims.coordination (practice_id, awaited_until) WHERE step = 'crossover_awaited'
;
ALTER TABLE claims.coordination ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.coordination FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.coordination USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.coordination TO ar_claims
;
CREATE TABLE claims.correction_proposal (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	claim_id UUID NOT NULL, 
	patient_id UUID NOT NULL, 
	coverage_id UUID, 
	remittance_id UUID NOT NULL, 
	remittance_claim_n BIGINT NOT NULL, 
	stated JSONB NOT NULL, 
	state TEXT NOT NULL, 
	opened_on DATE NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	decided_by JSONB, 
	reason TEXT, 
	changes JSONB, 
	row_version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT correction_proposal_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT correction_proposal_kind CHECK (kind IN ('member', 'other_payer')), 
	CONSTRAINT correction_proposal_state CHECK (state IN ('open', 'accepted', 'rejected')), 
	CONSTRAINT correction_proposal_claim_id_fk FOREIGN KEY(practice_id, claim_id) REFERENCES claims.claim (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT correction_proposal_source_uq UNIQUE (practice_id, remittance_id, remittance_claim_n, kind, claim_id)
)
;
CREATE INDEX correction_proposal_claim_ix ON claims.correction_proposal (practice_id, claim_id)
;
CREATE INDEX correction_proposal_open_ix ON claims.correction_proposal (practice_id, state, opened_on)
;
ALTER TABLE claims.correction_proposal ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.correction_proposal FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.correction_proposal USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.correction_proposal TO ar_claims
;
CREATE TABLE claims.denial_case (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	claim_id UUID NOT NULL, 
	charge_id UUID, 
	payer_id UUID NOT NULL, 
	remittance_id UUID NOT NULL, 
	remittance_claim_n BIGINT NOT NULL, 
	remittance_line_n BIGINT NOT NULL, 
	group_code TEXT NOT NULL, 
	carc TEXT NOT NULL, 
	rarcs TEXT[] NOT NULL, 
	category TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	recommended_action TEXT NOT NULL, 
	route_reason TEXT NOT NULL, 
	preventable BOOLEAN NOT NULL, 
	appeal_path TEXT NOT NULL, 
	denied_cents BIGINT NOT NULL, 
	expected_cents BIGINT, 
	recovered_cents BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	remitted_on DATE NOT NULL, 
	opened_on DATE NOT NULL, 
	correction_due_on DATE, 
	appeal_due_on DATE, 
	settled_remittance_id UUID, 
	settled_claim_n BIGINT, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	closed_reason TEXT, 
	row_version INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT denial_case_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT denial_case_claim_id_fk FOREIGN KEY(practice_id, claim_id) REFERENCES claims.claim (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT denial_case_state CHECK (state IN ('new', 'in_review', 'corrected', 'records_sent', 'appealed', 'patient_billed', 'payer_billed', 'written_off', 'overturned', 'partially_overturned', 'upheld', 'expired', 'withdrawn'))
)
;
CREATE INDEX denial_case_claim_ix ON claims.denial_case (practice_id, claim_id)
;
CREATE INDEX denial_case_open_ix ON claims.denial_case (practice_id, state, opened_on)
;
CREATE INDEX denial_case_settled_ix ON claims.denial_case (practice_id, settled_remittance_id) WHERE settled_remittance_id IS NOT NULL
;
CREATE UNIQUE INDEX denial_case_source_uq ON claims.denial_case (practice_id, remittance_id, remittance_claim_n, remittance_line_n, carc, group_code) WHERE state <> 'withdrawn'
;
ALTER TABLE claims.denial_case ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.denial_case FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.denial_case USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.denial_case TO ar_claims
;
CREATE TABLE claims.refund_step (
	practice_id INTEGER NOT NULL, 
	refund_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	effective_on DATE NOT NULL, 
	actor JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT refund_step_pk PRIMARY KEY (practice_id, refund_id, version), 
	CONSTRAINT refund_step_refund_id_fk FOREIGN KEY(practice_id, refund_id) REFERENCES claims.refund (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT refund_step_state CHECK (state IN ('requested', 'approved', 'issued', 'cleared', 'cancelled', 'voided', 'stale', 'unclaimed', 'remitted'))
)
;
ALTER TABLE claims.refund_step ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.refund_step FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.refund_step USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT ON claims.refund_step TO ar_claims
;
CREATE TABLE claims.reversal (
	practice_id INTEGER NOT NULL, 
	id UUID NOT NULL, 
	claim_id UUID NOT NULL, 
	coverage_id UUID, 
	payer_id UUID, 
	state TEXT NOT NULL, 
	original_journal_id UUID NOT NULL, 
	original_remittance_id UUID, 
	original_claim_n BIGINT, 
	original_paid_cents BIGINT NOT NULL, 
	reversal_journal_id UUID, 
	reversal_remittance_id UUID, 
	reversal_claim_n BIGINT, 
	correction_journal_id UUID, 
	correction_remittance_id UUID, 
	correction_claim_n BIGINT, 
	correction_paid_cents BIGINT, 
	completion_journal_id UUID, 
	remark_codes TEXT[] NOT NULL, 
	opened_on DATE NOT NULL, 
	due_on DATE NOT NULL, 
	completed_on DATE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT reversal_pk PRIMARY KEY (practice_id, id), 
	CONSTRAINT reversal_state CHECK (state IN ('awaiting_correction', 'awaiting_reversal', 'complete', 'voided')), 
	CONSTRAINT reversal_claim_id_fk FOREIGN KEY(practice_id, claim_id) REFERENCES claims.claim (practice_id, id) ON DELETE RESTRICT, 
	CONSTRAINT reversal_original_uq UNIQUE (practice_id, original_journal_id)
)
;
CREATE INDEX reversal_claim_ix ON claims.reversal (practice_id, claim_id)
;
CREATE INDEX reversal_correction_ix ON claims.reversal (practice_id, correction_journal_id) WHERE correction_journal_id IS NOT NULL
;
CREATE INDEX reversal_due_ix ON claims.reversal (practice_id, due_on) WHERE state IN ('awaiting_correction', 'awaiting_reversal')
;
ALTER TABLE claims.reversal ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claims.reversal FORCE ROW LEVEL SECURITY
;
CREATE POLICY practice ON claims.reversal USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int) WITH CHECK (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON claims.reversal TO ar_claims
;
