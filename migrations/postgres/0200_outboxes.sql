-- What devices had left to send when they were last heard of, of all tenants together: counts, and how long ago.

CREATE FUNCTION sample_outboxes() RETURNS TABLE (devices int8, entries int8, oldest float8, attempts int8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FILTER (WHERE o.pending > 0), coalesce(sum(o.pending), 0)::int8,
    coalesce(max(extract(epoch FROM now() - o.oldest)) FILTER (WHERE o.pending > 0), 0)::float8,
    coalesce(max(o.attempts), 0)
  FROM (
    SELECT (e.telemetry #>> '{outbox,pending}')::int8 AS pending, (e.telemetry #>> '{outbox,attempts}')::int8 AS attempts,
      (e.telemetry #>> '{outbox,oldest}')::timestamptz AS oldest
    FROM public.equipment e WHERE e.deleted_at IS NULL AND e.telemetry ? 'outbox'
  ) AS o
$$;

GRANT SELECT (telemetry) ON equipment TO totem_lookup;
GRANT CREATE ON SCHEMA public TO totem_lookup;
ALTER FUNCTION sample_outboxes() OWNER TO totem_lookup;
REVOKE CREATE ON SCHEMA public FROM totem_lookup;
GRANT EXECUTE ON FUNCTION sample_outboxes() TO totem_tailer;
