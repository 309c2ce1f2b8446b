-- How tickets, calls and the ledger are searched by people.

CREATE INDEX ticket_list_idx ON ticket (tenant_id, created_at, id);
CREATE INDEX ticket_state_idx ON ticket (tenant_id, state, priority, created_at, id);
CREATE INDEX ticket_code_idx ON ticket (tenant_id, code, created_at);
CREATE INDEX ticket_service_idx ON ticket (tenant_id, service_id, business_day);
CREATE INDEX call_ticket_idx ON call (tenant_id, ticket_id, called_at);
CREATE INDEX operator_session_list_idx ON operator_session (tenant_id, since, id);
CREATE INDEX audit_log_time_idx ON audit_log (tenant_id, received_at DESC, position DESC);
CREATE INDEX audit_log_action_idx ON audit_log (tenant_id, action, position);
CREATE INDEX audit_log_user_idx ON audit_log (tenant_id, user_id, position) WHERE user_id IS NOT NULL;
