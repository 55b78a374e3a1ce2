#!/bin/sh
# Print the secrets that docker-compose.yml asks for: `deploy/make-env.sh > .env`, once, and keep it.
set -eu
umask 077
secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
cat <<ENV
TRUCKROLL_PUBLIC_URL=${1:-https://localhost}
TRUCKROLL_SECRET_KEYS=$(secret)
POSTGRES_PASSWORD=$(secret)
TRUCKROLL_OWNER_PASSWORD=$(secret)
TRUCKROLL_APP_PASSWORD=$(secret)
MQTT_GATEWAY_PASSWORD=$(secret)
MINIO_ROOT_USER=truckroll
MINIO_ROOT_PASSWORD=$(secret)
ENV
