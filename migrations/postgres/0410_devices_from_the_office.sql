-- locks against writers: tenant, equipment, app_user
-- What the office decides of its devices, what it asks of them, and what it gives them to show.

-- Each change is a new version, and so is going back to an older one.
CREATE TABLE device_settings (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  equipment_id uuid NOT NULL,
  version int4 NOT NULL CHECK (version >= 1),
  settings jsonb NOT NULL,
  created_by uuid NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id),
  FOREIGN KEY (tenant_id, created_by) REFERENCES app_user (tenant_id, id)
);
CREATE UNIQUE INDEX device_settings_version_key ON device_settings (tenant_id, equipment_id, version);

-- An act that a device does once, and what came of it. What it does not take before `expires_at` it never does.
CREATE TABLE device_command (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  equipment_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('restart', 'logs')),
  state text NOT NULL CHECK (state IN ('waiting', 'taken', 'done', 'failed')),
  created_by uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  taken_at timestamptz,
  ended_at timestamptz,
  -- Of `logs`: the newest lines of the device.
  log text CHECK (octet_length(log) <= 65536),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id),
  FOREIGN KEY (tenant_id, created_by) REFERENCES app_user (tenant_id, id)
);
CREATE INDEX device_command_list_idx ON device_command (tenant_id, equipment_id, created_at);

-- Pictures and films. Their bytes are as they came, and go when they are taken out of use.
CREATE TABLE media (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/webm')),
  size int4 NOT NULL CHECK (size > 0),
  content bytea NOT NULL,
  version int4 NOT NULL DEFAULT 1,
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE media ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX media_list_idx ON media (tenant_id, created_at, id);

SELECT fence_tenant(name::regclass) FROM unnest(ARRAY['device_settings', 'device_command', 'media']) AS t(name);
GRANT SELECT, INSERT ON device_settings TO totem_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_command TO totem_api;
GRANT SELECT, INSERT, UPDATE ON media TO totem_api;
