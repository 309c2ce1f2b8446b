-- locks against readers: ticket
-- What whoever looks after an installation is shown of all tenants together: counts, and how long ago. No id, no name and no
-- text of a tenant is in a result, so nothing can be learnt of any one of them. The tailer asks, once a minute; the role that
-- answers requests cannot.

-- Devices of each type by when they were last heard of.
CREATE FUNCTION sample_devices() RETURNS TABLE (type text, seen text, devices int8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.type, CASE
      WHEN e.suspended_at IS NOT NULL THEN 'suspended'
      WHEN e.last_seen IS NULL THEN 'never'
      WHEN e.last_seen > now() - interval '1 minute' THEN '1m'
      WHEN e.last_seen > now() - interval '5 minutes' THEN '5m'
      WHEN e.last_seen > now() - interval '1 hour' THEN '1h'
      WHEN e.last_seen > now() - interval '1 day' THEN '1d'
      ELSE 'older'
    END, count(*)
  FROM public.equipment e WHERE e.deleted_at IS NULL GROUP BY 1, 2
$$;

-- How long devices of each type have been silent, in seconds: the half that spoke last, all but one in twenty, and all. One
-- that has been silent for a day is switched off and not late.
CREATE FUNCTION sample_silence() RETURNS TABLE (type text, p50 float8, p95 float8, longest float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.type, percentile_cont(0.5) WITHIN GROUP (ORDER BY s.seconds),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY s.seconds), max(s.seconds)
  FROM (
    SELECT e.type, greatest(0, extract(epoch FROM now() - e.last_seen))::float8 AS seconds
    FROM public.equipment e
    WHERE e.deleted_at IS NULL AND e.suspended_at IS NULL AND e.last_seen > now() - interval '1 day'
  ) AS s
  GROUP BY s.type
$$;

-- Sites by the length of their queue, and how many people that is. A queue of nobody is not counted.
CREATE FUNCTION sample_queues() RETURNS TABLE (length text, sites int8, people int8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE
      WHEN q.people <= 5 THEN '1-5'
      WHEN q.people <= 10 THEN '6-10'
      WHEN q.people <= 20 THEN '11-20'
      WHEN q.people <= 50 THEN '21-50'
      WHEN q.people <= 100 THEN '51-100'
      ELSE 'over 100'
    END, count(*), sum(q.people)::int8
  FROM (
    SELECT count(*) AS people FROM public.ticket t
    WHERE t.state = 'waiting' AND t.held_reason IS NULL GROUP BY t.tenant_id, t.site_id
  ) AS q
  GROUP BY 1
$$;

CREATE POLICY lookup_reads ON ticket FOR SELECT TO totem_lookup USING (current_user = 'totem_lookup');
GRANT SELECT (tenant_id, site_id, state, held_reason) ON ticket TO totem_lookup;
GRANT SELECT (type, last_seen, suspended_at) ON equipment TO totem_lookup;

GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION sample_devices() OWNER TO totem_lookup;
ALTER FUNCTION sample_silence() OWNER TO totem_lookup;
ALTER FUNCTION sample_queues() OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;

GRANT EXECUTE ON FUNCTION sample_devices() TO totem_tailer;
GRANT EXECUTE ON FUNCTION sample_silence() TO totem_tailer;
GRANT EXECUTE ON FUNCTION sample_queues() TO totem_tailer;

-- A node asks whether the database is at the version of its code before it says that it can serve.
GRANT SELECT ON schema_migration TO totem_api;
