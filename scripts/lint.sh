#!/usr/bin/env bash
# Run every check that needs no test, tell about all that fail, and fail if one did.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

check() {
    local name=$1
    shift
    local output
    if output=$("$@" 2>&1); then
        printf 'lint: %s: fine\n' "$name"
    else
        printf '%s\nlint: %s: FAILED\n' "$output" "$name"
        failed+=("$name")
    fi
}

check "style" $bin/ruff check --output-format concise .
check "format" $bin/ruff format --check .
check "types" $bin/mypy
check "imports" $bin/lint-imports
check "lock files" $bin/python scripts/lock.py --check
check "API document" $bin/python scripts/openapi.py --check

if [ ${#failed[@]} -gt 0 ]; then
    printf 'lint: %d failed: %s\n' "${#failed[@]}" "$(IFS=,; echo "${failed[*]}")"
    exit 1
fi
