#!/bin/sh
# Run once by the database image on an empty volume: extensions, and three roles.
#   truckroll_owner  owns the tables and migrates
#   truckroll        signs in for every process and becomes
#   truckroll_app    the role that row-level security binds
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set database="$POSTGRES_DB" \
    --set owner_password="$TRUCKROLL_OWNER_PASSWORD" \
    --set app_password="$TRUCKROLL_APP_PASSWORD" <<'SQL'
create extension if not exists postgis;
create extension if not exists btree_gist;
select 'create role truckroll_app nologin nobypassrls'
where not exists (select from pg_roles where rolname = 'truckroll_app') \gexec
create role truckroll_owner login nobypassrls password :'owner_password';
create role truckroll login noinherit nobypassrls password :'app_password';
grant truckroll_app to truckroll_owner with admin option;
grant truckroll_app to truckroll;
alter database :"database" owner to truckroll_owner;
SQL
