#!/bin/sh
# Run once by the PostgreSQL image on an empty data folder: the roles, their passwords, and the database of their owner.
set -eu

psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -f /totem/roles.sql
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
  -v owner="$OWNER_PASSWORD" -v api="$API_PASSWORD" -v tailer="$TAILER_PASSWORD" -v backup="$BACKUP_PASSWORD" <<'SQL'
ALTER ROLE totem_owner PASSWORD :'owner';
ALTER ROLE totem_api PASSWORD :'api';
ALTER ROLE totem_tailer PASSWORD :'tailer';
ALTER ROLE totem_backup PASSWORD :'backup';
CREATE DATABASE totem OWNER totem_owner;
SQL
