-- Whether the database itself keeps tenants apart, asked of its catalogue: one query, a row for each fault, none when all is
-- well. It runs on every version that is supported, as anyone who may read the catalogue, and changes nothing; the tests run
-- it on the migrated schema, and whoever looks after an installation can run it there.
--
-- What may see across tenants is listed here, in six lists, and is the whole of it. A migration that adds to one of them
-- adds its line here, where it is read by someone who asks why.

WITH
-- 1. Functions that run as someone else: signature, owner, result. `house` is whoever owns the tables. Results are ids and
-- counts, never what a tenant has written.
allowed_definers (signature, owner, result) AS (VALUES
  ('ensure_audit_partitions(date,integer)', 'house', 'integer'),
  ('retire_audit_partition(date,bigint)', 'house', 'text'),
  ('retire_tickets(date)', 'house', 'TABLE(tickets integer, receipts integer)'),
  ('lookup_contacts()', 'totem_lookup', 'TABLE(tenant_id uuid)'),
  ('lookup_device(uuid)', 'totem_lookup', 'TABLE(tenant_id uuid, equipment_id uuid)'),
  ('lookup_due_deliveries(timestamp with time zone,integer)', 'totem_lookup', 'TABLE(tenant_id uuid)'),
  ('lookup_enrolment(uuid)', 'totem_lookup', 'TABLE(tenant_id uuid, enrolment_id uuid)'),
  ('lookup_enrolment_code(text)', 'totem_lookup', 'TABLE(tenant_id uuid, enrolment_id uuid)'),
  ('lookup_login(text)', 'totem_lookup', 'TABLE(tenant_id uuid, user_id uuid)'),
  ('sample_deliveries()', 'totem_lookup', 'TABLE(kind text, waiting bigint, overdue double precision)'),
  ('sample_devices()', 'totem_lookup', 'TABLE(type text, seen text, devices bigint)'),
  ('sample_outboxes()', 'totem_lookup', 'TABLE(devices bigint, entries bigint, oldest double precision, attempts bigint)'),
  ('sample_queues()', 'totem_lookup', 'TABLE(length text, sites bigint, people bigint)'),
  ('sample_silence()', 'totem_lookup', 'TABLE(type text, p50 double precision, p95 double precision, longest double precision)')
),
-- 2. Policies beside the fence: table, name, command, role, condition. Each widens what its role sees.
allowed_policies (relation, name, command, role, condition) AS (VALUES
  ('change_head', 'tailer_reads', 'r', 'totem_tailer', 'true'),
  ('change_head', 'tailer_trims', 'w', 'totem_tailer', 'true'),
  ('change_log', 'tailer_reads', 'r', 'totem_tailer', 'true'),
  ('change_log', 'tailer_trims', 'd', 'totem_tailer', 'true'),
  ('app_user', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('delivery', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('equipment', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('enrolment', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('ticket', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('ticket_contact', 'lookup_reads', 'r', 'totem_lookup', '(CURRENT_USER = ''totem_lookup''::name)'),
  ('tenant', 'platform_reads', 'r', 'totem_api',
    '(( SELECT (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid) = ''00000000-0000-8000-8000-000000000001''::uuid)'),
  ('tenant', 'platform_changes', 'w', 'totem_api',
    '(( SELECT (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid) = ''00000000-0000-8000-8000-000000000001''::uuid)')
),
-- 3. What the roles that look across tenants are granted, column by column where it is not the whole table.
allowed_grants (role, relation, privilege, columns) AS (VALUES
  ('totem_tailer', 'change_head', 'SELECT', '*'),
  ('totem_tailer', 'change_head', 'UPDATE', 'floor'),
  ('totem_tailer', 'change_log', 'SELECT', '*'),
  ('totem_tailer', 'change_log', 'DELETE', '*'),
  ('totem_lookup', 'app_user', 'SELECT', 'deleted_at,id,tenant_id,username'),
  ('totem_lookup', 'delivery', 'SELECT', 'kind,next_at,state,tenant_id'),
  ('totem_lookup', 'equipment', 'SELECT', 'deleted_at,id,last_seen,suspended_at,telemetry,tenant_id,type'),
  ('totem_lookup', 'enrolment', 'SELECT', 'code_hash,id,state,tenant_id'),
  ('totem_lookup', 'ticket_contact', 'SELECT', 'tenant_id'),
  ('totem_lookup', 'ticket', 'SELECT', 'held_reason,site_id,state,tenant_id')
),
-- 4. Tables that are no tenant's; `pairing` holds screens that are nobody's yet.
tables_of_no_tenant (relation) AS (VALUES ('tenant'), ('schema_migration'), ('rate_limit'), ('pairing')),
-- 5. Unique keys that do not begin with the tenant, in tables that have one: people type a username before anything says
-- whose it is.
keys_across_tenants (name) AS (VALUES ('app_user_username_key')),
-- 6. Schemas of no tenant, with the tables of a library: the job queue, which knows names of jobs and times. Serving roles are
-- given rows there and nothing more, and no table there has a tenant.
schemas_of_no_tenant (name) AS (VALUES ('jobs')),

-- Written once and never changed.
append_only (relation) AS (VALUES ('audit_log'), ('audit_seal'), ('audit_retired'), ('tickets_retired')),
serving (name) AS (VALUES ('totem_api'), ('totem_tailer'), ('totem_lookup')),
fence (template) AS (VALUES (
  '(%s = ( SELECT (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid))'
)),

house AS (
  SELECT r.oid, r.rolname AS name FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
  WHERE c.oid = 'public.tenant'::regclass
),
roles AS (SELECT r.* FROM pg_roles r JOIN serving s ON s.name = r.rolname),
relations AS (
  SELECT c.oid, c.relname AS name, c.relkind AS kind, c.relowner AS owner, c.relrowsecurity AS fenced,
    c.relforcerowsecurity AS forced, c.relispartition AS is_partition, c.reloptions AS options, c.relacl AS acl,
    n.nspname AS namespace, t.attnum AS tenant_column, coalesce(t.attnotnull, false) AS tenant_required
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT (n.nspname IN (SELECT s.name FROM schemas_of_no_tenant s) AND t.attnum IS NULL)
),
tables AS (SELECT * FROM relations WHERE namespace = 'public' AND kind IN ('r', 'p')),
tenant_tables AS (
  SELECT t.*, CASE name WHEN 'tenant' THEN 'id' ELSE 'tenant_id' END AS fence_column
  FROM tables t WHERE tenant_column IS NOT NULL OR name = 'tenant'
),
policies AS (
  SELECT t.name AS relation, t.fence_column, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
    CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
      ELSE (SELECT string_agg(r.rolname, ',' ORDER BY r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)) END AS role,
    replace(pg_get_expr(p.polqual, p.polrelid), ' AS "nullif"', '') AS condition,
    replace(pg_get_expr(p.polwithcheck, p.polrelid), ' AS "nullif"', '') AS check_condition
  FROM tenant_tables t JOIN pg_policy p ON p.polrelid = t.oid
),
functions AS (
  SELECT p.oid::regprocedure::text AS signature, p.proname AS name, r.rolname AS owner, p.prosecdef AS is_definer,
    pg_get_function_result(p.oid) AS result, p.proconfig AS config, p.prolang AS language,
    coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_roles r ON r.oid = p.proowner
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
    AND NOT (n.nspname IN (SELECT s.name FROM schemas_of_no_tenant s) AND NOT p.prosecdef)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
),
-- Rights on tables and on single columns, of everyone but the owner.
table_rights AS (
  SELECT t.name AS relation, t.is_partition, coalesce(r.rolname, 'PUBLIC') AS role, g.privilege_type AS privilege,
    g.is_grantable, '*' AS column_name
  FROM relations t CROSS JOIN LATERAL aclexplode(t.acl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
  WHERE g.grantee <> t.owner
),
column_rights AS (
  SELECT t.name AS relation, t.is_partition, coalesce(r.rolname, 'PUBLIC') AS role, g.privilege_type AS privilege,
    g.is_grantable, a.attname::text AS column_name
  FROM relations t
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attacl IS NOT NULL
  CROSS JOIN LATERAL aclexplode(a.attacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
  WHERE g.grantee <> t.owner
),
rights AS (SELECT * FROM table_rights UNION ALL SELECT * FROM column_rights),
grants AS (
  SELECT role, relation, privilege, string_agg(column_name, ',' ORDER BY column_name COLLATE "C") AS columns
  FROM rights GROUP BY role, relation, privilege
),
-- An append-only table and its partitions.
kept AS (
  SELECT t.oid, t.name FROM tables t JOIN append_only a ON a.relation = t.name
  UNION ALL
  SELECT t.oid, t.name FROM append_only a
  JOIN pg_inherits i ON i.inhparent = ('public.' || a.relation)::regclass JOIN tables t ON t.oid = i.inhrelid
),

faults (rule, subject, found) AS (
  SELECT 'a table with a tenant is fenced, even from its owner', name, NULL::text
  FROM tenant_tables WHERE NOT (fenced AND forced)

  UNION ALL
  SELECT 'the tenant of a row is never missing', name, NULL
  FROM tenant_tables WHERE NOT tenant_required AND name <> 'tenant'

  UNION ALL
  SELECT 'every fence is the same', t.name, p.condition
  FROM tenant_tables t CROSS JOIN fence f LEFT JOIN policies p ON p.relation = t.name AND p.name = 'tenant_fence'
  WHERE (p.command, p.permissive, p.role, p.condition, p.check_condition) IS DISTINCT FROM
    ('*'::"char", true, 'PUBLIC', format(f.template, t.fence_column), format(f.template, t.fence_column))

  UNION ALL
  SELECT 'no other policy opens a table', relation || '.' || name, condition
  FROM policies p WHERE name <> 'tenant_fence' AND (NOT permissive OR check_condition IS NOT NULL OR NOT EXISTS (
    SELECT FROM allowed_policies a WHERE (a.relation, a.name, a.command::"char", a.role, a.condition)
      IS NOT DISTINCT FROM (p.relation, p.name, p.command, p.role, p.condition)))
  UNION ALL
  SELECT 'every listed policy is there', relation || '.' || name, NULL
  FROM allowed_policies a WHERE NOT EXISTS (SELECT FROM policies p WHERE (p.relation, p.name) = (a.relation, a.name))

  UNION ALL
  SELECT 'only listed tables have no tenant', name, NULL
  FROM tables WHERE tenant_column IS NULL AND name NOT IN (SELECT relation FROM tables_of_no_tenant)
  UNION ALL
  SELECT 'only listed tables have no tenant', relation, 'has one'
  FROM tables_of_no_tenant WHERE relation NOT IN (SELECT name FROM tables WHERE tenant_column IS NULL)

  UNION ALL
  SELECT 'tables are where the fences are', namespace || '.' || name, NULL
  FROM relations WHERE namespace <> 'public' AND kind IN ('r', 'p', 'v', 'm', 'f')
  UNION ALL
  SELECT 'nothing is read past a fence', name, CASE kind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialised view' ELSE 'foreign table' END
  FROM relations WHERE kind IN ('m', 'f')
    OR (kind = 'v' AND NOT coalesce(options, '{}') && ARRAY['security_invoker=true', 'security_invoker=on'])
  UNION ALL
  SELECT 'nothing is read past a fence', t.name, 'rule ' || r.rulename
  FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid

  UNION ALL
  SELECT 'serving roles pass no fence', rolname, NULL
  FROM roles WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
  UNION ALL
  SELECT 'serving roles pass no fence', r.rolname, 'is a member of ' || m.roleid::regrole::text
  FROM roles r JOIN pg_auth_members m ON m.member = r.oid
  UNION ALL
  SELECT 'serving roles pass no fence', s.name, 'is not there' FROM serving s WHERE s.name NOT IN (SELECT rolname FROM roles)
  UNION ALL
  SELECT 'serving roles pass no fence', 'totem_lookup', 'can log in' FROM roles WHERE rolname = 'totem_lookup' AND rolcanlogin
  UNION ALL
  SELECT 'the owner passes no fence', h.name, NULL
  FROM house h JOIN pg_roles r ON r.oid = h.oid WHERE r.rolsuper OR r.rolbypassrls
  UNION ALL
  SELECT 'one owner owns all tables', t.name, t.owner::regrole::text FROM tables t, house h WHERE t.owner <> h.oid
  UNION ALL
  SELECT 'serving roles own nothing', r.rolname, pg_describe_object(d.classid, d.objid, d.objsubid)
  FROM roles r JOIN pg_shdepend d ON d.refobjid = r.oid AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'
    AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  WHERE NOT EXISTS (SELECT FROM allowed_definers a JOIN functions f ON f.signature = a.signature
    WHERE a.owner = r.rolname AND d.classid = 'pg_proc'::regclass AND d.objid = f.signature::regprocedure)

  UNION ALL
  SELECT 'nobody is given more than rows', relation, role || ' ' || privilege
  FROM rights WHERE privilege NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  UNION ALL
  SELECT 'rights are not passed on', relation, role || ' ' || privilege FROM rights WHERE is_grantable
  UNION ALL
  SELECT 'rights are for serving roles only', relation, role || ' ' || privilege
  FROM rights WHERE role NOT IN (SELECT name FROM serving)
  UNION ALL
  SELECT 'nobody is given a partition', relation, role || ' ' || privilege FROM rights WHERE is_partition
  UNION ALL
  SELECT 'who looks across tenants has the listed rights', g.relation, concat_ws(' ', g.role, g.privilege, g.columns)
  FROM grants g WHERE g.role IN ('totem_tailer', 'totem_lookup') AND NOT EXISTS (
    SELECT FROM allowed_grants a WHERE (a.role, a.relation, a.privilege, a.columns) = (g.role, g.relation::text, g.privilege, g.columns))
  UNION ALL
  SELECT 'who looks across tenants has the listed rights', a.relation, concat_ws(' ', a.role, a.privilege, 'is missing')
  FROM allowed_grants a WHERE NOT EXISTS (
    SELECT FROM grants g WHERE (g.role, g.relation::text, g.privilege) = (a.role, a.relation, a.privilege))
  UNION ALL
  SELECT 'nobody makes objects', n.nspname, coalesce(r.rolname, 'PUBLIC')
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) g
  LEFT JOIN pg_roles r ON r.oid = g.grantee
  WHERE (n.nspname = 'public' OR n.nspname IN (SELECT s.name FROM schemas_of_no_tenant s)) AND g.privilege_type = 'CREATE' AND (g.grantee = 0 OR r.rolname IN (SELECT name FROM serving))

  UNION ALL
  SELECT 'what is written stays', a.relation, concat_ws(' ', g.role, g.privilege)
  FROM append_only a JOIN grants g ON g.relation = a.relation WHERE g.privilege NOT IN ('SELECT', 'INSERT')
  UNION ALL
  SELECT 'what is written stays', k.name, 'has no guard' FROM kept k WHERE NOT EXISTS (
    SELECT FROM pg_trigger t WHERE t.tgrelid = k.oid AND t.tgname = 'append_only' AND t.tgenabled IN ('O', 'A')
      -- Before each statement (2), of DELETE (8), UPDATE (16) and TRUNCATE (32).
      AND t.tgtype = 2 + 8 + 16 + 32)

  UNION ALL
  SELECT 'a unique key begins with its tenant', t.name, i.indexrelid::regclass::text
  FROM tables t JOIN pg_index i ON i.indrelid = t.oid
  WHERE t.tenant_column IS NOT NULL AND i.indisunique AND i.indkey[0] <> t.tenant_column
    AND i.indexrelid::regclass::text NOT IN (SELECT name FROM keys_across_tenants)
  UNION ALL
  SELECT 'a reference stays within its tenant', t.name, k.conname
  FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
  JOIN tables other ON other.oid = k.confrelid
  WHERE NOT (k.conkey[1] IS NOT DISTINCT FROM t.tenant_column AND k.confkey[1] = CASE other.name
    WHEN 'tenant' THEN (SELECT attnum FROM pg_attribute WHERE attrelid = other.oid AND attname = 'id')
    ELSE other.tenant_column END)

  UNION ALL
  SELECT 'only listed functions run as someone else', signature, owner || ' returns ' || result
  FROM functions f WHERE is_definer AND NOT EXISTS (SELECT FROM allowed_definers a, house h
    WHERE (a.signature, CASE a.owner WHEN 'house' THEN h.name ELSE a.owner END, a.result) = (f.signature, f.owner, f.result))
  UNION ALL
  SELECT 'only listed functions run as someone else', signature, 'is not there'
  FROM allowed_definers WHERE signature NOT IN (SELECT signature FROM functions WHERE is_definer)
  UNION ALL
  SELECT 'a function finds what it names', signature, config::text
  FROM functions WHERE NOT coalesce('search_path=public, pg_temp' = ANY (config), false)
  UNION ALL
  SELECT 'a function is nobody''s to call until it is given', signature, coalesce(r.rolname, 'PUBLIC')
  FROM functions CROSS JOIN LATERAL aclexplode(acl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
  WHERE g.grantee = 0 OR (r.rolname NOT IN (SELECT name FROM serving) AND r.rolname <> owner)
  UNION ALL
  SELECT 'a function is nobody''s to call until it is given', 'default privileges', h.name
  FROM house h WHERE NOT EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclrole = h.oid AND d.defaclobjtype = 'f'
    AND d.defaclnamespace = 0 AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) g WHERE g.grantee = 0))
  UNION ALL
  SELECT 'nothing is given in advance', d.defaclrole::regrole::text, d.defaclobjtype::text || ' ' || g.privilege_type
  FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) g WHERE g.grantee <> d.defaclrole

  UNION ALL
  SELECT 'no connection begins as a tenant', coalesce(r.rolname, d.datname), s.setconfig::text
  FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
  WHERE EXISTS (SELECT FROM unnest(s.setconfig) c WHERE c ~* '^(app\.|role=|session_authorization=|row_security=)')
)
SELECT rule, subject, found FROM faults ORDER BY rule, subject, found
