-- locks against writers: tenant, equipment
-- Devices are enrolled by a code that counts once: who was offered one, which key answered it, and who confirmed that key.

CREATE TABLE enrolment (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  equipment_id uuid NOT NULL,
  -- A keyed hash: who reads the database has no code.
  code_hash text NOT NULL,
  state text NOT NULL CHECK (state IN ('offered', 'claimed', 'confirmed', 'withdrawn')),
  -- Of the offer; of the claim once there is one.
  expires_at timestamptz NOT NULL,
  claimed_at timestamptz,
  public_key text CHECK (public_key ~ '^[A-Za-z0-9_-]{43}$'),
  -- What the device says of itself.
  about jsonb NOT NULL DEFAULT '{}',
  decided_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES equipment (tenant_id, id),
  CHECK ((state IN ('claimed', 'confirmed')) <= (public_key IS NOT NULL AND claimed_at IS NOT NULL))
);
CREATE UNIQUE INDEX enrolment_open_key ON enrolment (tenant_id, equipment_id) WHERE state IN ('offered', 'claimed');
-- For the look-ups of a device that nobody knows yet.
CREATE INDEX enrolment_code_idx ON enrolment (code_hash) WHERE state = 'offered';
CREATE INDEX enrolment_id_idx ON enrolment (id);

SELECT fence_tenant('enrolment');
GRANT SELECT, INSERT, UPDATE ON enrolment TO totem_api;

CREATE FUNCTION lookup_enrolment_code(p_code_hash text) RETURNS TABLE (tenant_id uuid, enrolment_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.tenant_id, e.id FROM public.enrolment e WHERE e.code_hash = p_code_hash AND e.state = 'offered'
$$;

CREATE FUNCTION lookup_enrolment(p_id uuid) RETURNS TABLE (tenant_id uuid, enrolment_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.tenant_id, e.id FROM public.enrolment e WHERE e.id = p_id
$$;

CREATE POLICY lookup_reads ON enrolment FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
GRANT SELECT (tenant_id, id, code_hash, state) ON enrolment TO totem_lookup;

GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION lookup_enrolment_code(text) OWNER TO totem_lookup;
ALTER FUNCTION lookup_enrolment(uuid) OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;
GRANT EXECUTE ON FUNCTION lookup_enrolment_code(text) TO totem_api;
GRANT EXECUTE ON FUNCTION lookup_enrolment(uuid) TO totem_api;
