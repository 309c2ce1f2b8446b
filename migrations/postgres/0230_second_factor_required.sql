-- locks against readers: tenant
-- Whether a tenant's admins need a second factor: because the tenant says so, or because the platform does.

ALTER TABLE tenant
  ADD COLUMN require_second_factor_for_admins boolean NOT NULL DEFAULT false,
  ADD COLUMN platform_requires_second_factor boolean NOT NULL DEFAULT false;
