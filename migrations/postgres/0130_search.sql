-- no transaction
-- How tickets, calls, payments and the ledger are searched by people. Each index is what a named query is held to by a test
-- of its plan; lists end in (created_at, id), the order of their pages.

CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_list_idx ON ticket (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_site_idx ON ticket (tenant_id, site_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_state_idx ON ticket (tenant_id, state, priority, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_code_idx ON ticket (tenant_id, code, created_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_service_idx ON ticket (tenant_id, service_id, business_day);
-- Few tickets are in a conflict, and those who wait have no operator: neither costs anything where it does not apply.
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_conflict_idx ON ticket (tenant_id, created_at, id) WHERE conflict IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_operator_idx ON ticket (tenant_id, operator_id, created_at, id) WHERE operator_id IS NOT NULL;
-- What may expire. The queue of a site is short beside its history.
CREATE INDEX CONCURRENTLY IF NOT EXISTS ticket_open_idx ON ticket (tenant_id, site_id, issued_at, id) WHERE state IN ('created', 'waiting');
CREATE INDEX CONCURRENTLY IF NOT EXISTS call_ticket_idx ON call (tenant_id, ticket_id, called_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS operator_session_list_idx ON operator_session (tenant_id, since, id);

-- A site is of one tenant. Without being told, the planner multiplies the two, takes a site's rows for a handful, and sorts
-- all of them for a page.
CREATE STATISTICS IF NOT EXISTS ticket_site_stats (dependencies) ON tenant_id, site_id FROM ticket;
CREATE STATISTICS IF NOT EXISTS call_site_stats (dependencies) ON tenant_id, site_id FROM call;
CREATE STATISTICS IF NOT EXISTS payment_session_site_stats (dependencies) ON tenant_id, site_id FROM payment_session;
CREATE STATISTICS IF NOT EXISTS receipt_site_stats (dependencies) ON tenant_id, site_id FROM receipt;

CREATE INDEX CONCURRENTLY IF NOT EXISTS payment_session_site_idx ON payment_session (tenant_id, site_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS receipt_site_idx ON receipt (tenant_id, site_id, created_at, id);
-- Those in conflict too: the unique index of codes does not know them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS receipt_code_idx ON receipt (tenant_id, code);
CREATE INDEX CONCURRENTLY IF NOT EXISTS receipt_payment_idx ON receipt (tenant_id, payment_session_id) WHERE payment_session_id IS NOT NULL;

-- The same for what is configured, and for conflicts.
CREATE INDEX CONCURRENTLY IF NOT EXISTS tenant_list_idx ON tenant (created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS app_user_list_idx ON app_user (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS site_list_idx ON site (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS service_list_idx ON service (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS priority_class_list_idx ON priority_class (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS counter_list_idx ON counter (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS equipment_type_idx ON equipment (tenant_id, type, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS equipment_list_idx ON equipment (tenant_id, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS conflict_list_idx ON conflict (tenant_id, found_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS ledger_quarantine_list_idx ON ledger_quarantine (tenant_id, received_at, id);

-- References that were added to tables with rows in them, now that what is written has been held to them for a while.
ALTER TABLE equipment VALIDATE CONSTRAINT equipment_attached_fkey;
ALTER TABLE site VALIDATE CONSTRAINT site_hub_fkey;
