-- The look-ups that must come before a tenant is known. They return ids and nothing else, run as a role that can read
-- only the columns they compare, and are the whole list: a test holds it.

CREATE FUNCTION lookup_login(p_username text) RETURNS TABLE (tenant_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.tenant_id, u.id FROM public.app_user u WHERE u.username = p_username AND u.deleted_at IS NULL
$$;

CREATE FUNCTION lookup_device(p_equipment_id uuid) RETURNS TABLE (tenant_id uuid, equipment_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.tenant_id, e.id FROM public.equipment e WHERE e.id = p_equipment_id AND e.deleted_at IS NULL
$$;

-- A policy for a role holds for its members too, and whoever hands a function to a role is one: hence the condition.
CREATE POLICY lookup_reads ON app_user FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
CREATE POLICY lookup_reads ON equipment FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
GRANT SELECT (tenant_id, id, username, deleted_at) ON app_user TO totem_lookup;
GRANT SELECT (tenant_id, id, deleted_at) ON equipment TO totem_lookup;

-- Taking over a function needs the right to create one, for this moment only.
GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION lookup_login(text) OWNER TO totem_lookup;
ALTER FUNCTION lookup_device(uuid) OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;

GRANT EXECUTE ON FUNCTION lookup_login(text) TO totem_api;
GRANT EXECUTE ON FUNCTION lookup_device(uuid) TO totem_api;
