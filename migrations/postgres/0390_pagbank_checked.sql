-- no transaction
-- A charge has one account to go to, whichever its adapter.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS psp_account_place_key ON psp_account (tenant_id, site_id) NULLS NOT DISTINCT
  WHERE active AND deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS psp_account_site_key;
ALTER TABLE psp_account VALIDATE CONSTRAINT psp_account_adapter_known;
ALTER TABLE psp_account VALIDATE CONSTRAINT psp_account_complete;
