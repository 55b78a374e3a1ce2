#!/usr/bin/env bash
# Make .venv and install one lock file into it: `scripts/setup.sh dev` or `scripts/setup.sh run`.
# Needs Python 3.11 or newer and nothing else; a second call with nothing changed does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-dev}
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.installed

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Two calls at once would write into the same folder; the second waits for the first.
if command -v flock >/dev/null 2>&1; then
    exec 9<scripts/setup.sh
    flock 9
fi

# To run, the server's packages and Node are enough; never take a developer's tools away again.
if [ "$wanted" = run ]; then
    if [ -f "$stamp" ]; then wanted=$(cut -d' ' -f1 "$stamp"); fi
fi
lock=requirements/$wanted.lock
[ -f "$lock" ] || die "there is no $lock; known: $(cd requirements && echo *.lock)"

fingerprint="$wanted $(sha256sum <"$lock" | cut -d' ' -f1)"
if [ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$fingerprint" ]; then exit 0; fi

command -v "$python" >/dev/null 2>&1 || die "no $python found; install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$python is older than 3.11; name another one: make setup PYTHON=python3.12"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

make_venv() {
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv $venv
        return
    fi
    # Debian ships Python without ensurepip.
    if command -v apt-get >/dev/null 2>&1 && as_root true 2>/dev/null; then
        say "installing python3-venv"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
        "$python" -m venv $venv
    else
        die "this Python cannot make virtual environments: sudo apt-get install python3-venv"
    fi
}

started=$SECONDS
rm -f $stamp
uv=$(command -v uv || true)
if [ -n "$uv" ] && ! "$uv" --version >/dev/null 2>&1; then uv=; fi
export UV_PYTHON_DOWNLOADS=never

if [ ! -x $venv/bin/python ]; then
    say "making $venv"
    rm -rf $venv
    if [ -n "$uv" ]; then "$uv" venv --quiet --python "$(command -v "$python")" $venv; else make_venv; fi
fi

# uv lives in a folder of its own, because a sync removes what the lock file does not name.
if [ -z "$uv" ] && [ -x $venv/uv/bin/uv ]; then uv=$venv/uv/bin/uv; fi
if [ -z "$uv" ] && $venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: --target $venv/uv -r requirements/uv.lock; then
    uv=$venv/uv/bin/uv
fi

sync_with_uv() {
    [ -n "$uv" ] && "$uv" pip sync --quiet --require-hashes --python $venv/bin/python "$@" "$lock"
}

install_with_pip() {
    say "uv cannot, so pip does, which takes a minute or two"
    $venv/bin/python -m pip --version >/dev/null 2>&1 || $venv/bin/python -m ensurepip >/dev/null
    $venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r "$lock"
}

say "installing $lock"
# Behind a company's proxy only the certificates of the system, or pip's own settings, will do.
sync_with_uv 2>$venv/uv.log || sync_with_uv --system-certs 2>>$venv/uv.log || install_with_pip || {
    cat $venv/uv.log >&2
    die "could not install $lock"
}

cat >$venv/bin/truckroll <<SHIM
#!/bin/sh
cd "$PWD" && exec "$PWD/$venv/bin/python" -m server.cli "\$@"
SHIM
chmod +x $venv/bin/truckroll

printf '%s' "$fingerprint" >$stamp
say "done in $((SECONDS - started)) s"
