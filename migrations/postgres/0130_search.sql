-- How tickets, calls, payments and the ledger are searched by people. Each index is what a named query is held to by a test
-- of its plan; lists end in (created_at, id), the order of their pages.

CREATE INDEX ticket_list_idx ON ticket (tenant_id, created_at, id);
CREATE INDEX ticket_site_idx ON ticket (tenant_id, site_id, created_at, id);
CREATE INDEX ticket_state_idx ON ticket (tenant_id, state, priority, created_at, id);
CREATE INDEX ticket_code_idx ON ticket (tenant_id, code, created_at);
CREATE INDEX ticket_service_idx ON ticket (tenant_id, service_id, business_day);
-- Few tickets are in a conflict, and those who wait have no operator: neither costs anything where it does not apply.
CREATE INDEX ticket_conflict_idx ON ticket (tenant_id, created_at, id) WHERE conflict IS NOT NULL;
CREATE INDEX ticket_operator_idx ON ticket (tenant_id, operator_id, created_at, id) WHERE operator_id IS NOT NULL;
CREATE INDEX call_ticket_idx ON call (tenant_id, ticket_id, called_at);
CREATE INDEX operator_session_list_idx ON operator_session (tenant_id, since, id);

-- A site is of one tenant. Without being told, the planner multiplies the two, takes a site's rows for a handful, and sorts
-- all of them for a page.
CREATE STATISTICS ticket_site_stats (dependencies) ON tenant_id, site_id FROM ticket;
CREATE STATISTICS call_site_stats (dependencies) ON tenant_id, site_id FROM call;
CREATE STATISTICS payment_session_site_stats (dependencies) ON tenant_id, site_id FROM payment_session;
CREATE STATISTICS receipt_site_stats (dependencies) ON tenant_id, site_id FROM receipt;

CREATE INDEX payment_session_site_idx ON payment_session (tenant_id, site_id, created_at, id);
CREATE INDEX receipt_site_idx ON receipt (tenant_id, site_id, created_at, id);
-- Those in conflict too: the unique index of codes does not know them.
CREATE INDEX receipt_code_idx ON receipt (tenant_id, code);
CREATE INDEX receipt_payment_idx ON receipt (tenant_id, payment_session_id) WHERE payment_session_id IS NOT NULL;

CREATE INDEX audit_log_time_idx ON audit_log (tenant_id, received_at DESC, position DESC);
CREATE INDEX audit_log_action_idx ON audit_log (tenant_id, action, position);
CREATE INDEX audit_log_user_idx ON audit_log (tenant_id, user_id, position) WHERE user_id IS NOT NULL;
CREATE INDEX ledger_quarantine_list_idx ON ledger_quarantine (tenant_id, received_at, id);
