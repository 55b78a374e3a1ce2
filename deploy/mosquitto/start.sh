#!/bin/sh
# Give the gateway its password and start the broker; passwords of devices are kept.
set -eu
file=/mosquitto/secrets/passwords
touch "$file"
mosquitto_passwd -b "$file" gateway "$MQTT_GATEWAY_PASSWORD"
chmod 0600 "$file"
chown mosquitto "$file" 2>/dev/null || true
exec mosquitto -c /mosquitto/config/mosquitto.conf
