#!/bin/sh
# Write requirements/*.txt and web/package-lock.json anew. What is pinned stays pinned unless it no
# longer fits, or --upgrade is given.
set -eu

# The oldest Python that is supported decides, so that the pins exist for all.
python=$(PYTHON="${PYTHON:-python3.11}" sh tools/find_python.sh)
lock_venv=.cache/lock-venv
if [ ! -x $lock_venv/bin/pip-compile ]; then
    "$python" -m venv $lock_venv
    $lock_venv/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
fi
mkdir -p requirements
$lock_venv/bin/pip-compile "$@" --output-file requirements/run.txt pyproject.toml
$lock_venv/bin/pip-compile "$@" --extra dev --constraint requirements/run.txt \
    --output-file requirements/dev.txt pyproject.toml

# npm 10 cannot resolve the bundler's optional packages from nothing; installing the lock it can.
if [ "$(npm --version | cut -d. -f1)" -lt 11 ]; then
    echo "web/package-lock.json is left as it is: writing it needs npm 11, found $(npm --version)." >&2
    exit 1
fi
if [ "${1:-}" = --upgrade ]; then
    (cd web && npm update --package-lock-only)
else
    (cd web && npm install --package-lock-only)
fi
