#!/usr/bin/env bash
# Install what the tests start for themselves: PostgreSQL with PostGIS, Redis, Mosquitto, Chromium
# and Chinese fonts. Does nothing when all is there; prints the line to run when it may not install.
set -euo pipefail

missing=()

has() { command -v "$1" >/dev/null 2>&1; }
has_file() { compgen -G "$1" >/dev/null; }

postgres=no
if has initdb || has_file "/usr/lib/postgresql/*/bin/initdb"; then postgres=yes; fi
postgis=no
if has_file "/usr/share/postgresql/*/extension/postgis.control"; then postgis=yes; fi
if [ $postgres = no ] && has pg_config &&
    [ -f "$(pg_config --sharedir)/extension/postgis.control" ]; then postgis=yes; fi
if [ $postgres = no ]; then missing+=(postgresql); fi
if [ $postgis = no ]; then missing+=(postgresql-postgis); fi
if ! has redis-server; then missing+=(redis-server); fi
if ! has mosquitto && [ ! -x /usr/sbin/mosquitto ]; then missing+=(mosquitto); fi
if ! has mosquitto_pub; then missing+=(mosquitto-clients); fi
if ! has chromium && ! has chromium-browser && ! has google-chrome; then missing+=(chromium); fi
if ! has_file "/usr/share/fonts/*/*/*[Cc][Jj][Kk]*" && ! has_file "/usr/share/fonts/*/*/wqy*"; then
    missing+=(fonts-noto-cjk)
fi

if [ ${#missing[@]} = 0 ]; then exit 0; fi

line="apt-get install -y --no-install-recommends ${missing[*]}"
prefix=()
if [ "$(id -u)" != 0 ]; then prefix=(sudo -n); fi
if ! has apt-get || ! "${prefix[@]}" true 2>/dev/null; then
    echo "test-deps: missing, the tests that need them will say so: ${missing[*]}" >&2
    if has apt-get; then echo "test-deps: sudo $line" >&2; fi
    # With REQUIRE_SERVERS the tests themselves fail and name what is missing.
    exit 0
fi

# The tests start their own servers on free ports; the packages need not start any.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${prefix[@]}" tee $policy >/dev/null
    "${prefix[@]}" chmod +x $policy
    trap '"${prefix[@]}" rm -f $policy' EXIT
fi

echo "test-deps: installing ${missing[*]}" >&2
"${prefix[@]}" apt-get update -qq
# shellcheck disable=SC2086 # the line is meant to be split
"${prefix[@]}" env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
