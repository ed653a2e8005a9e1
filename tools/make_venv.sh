#!/bin/sh
# Make .venv, or bring it up to date: the locked packages, then airdesk itself, editable.
set -eu

usable() {
    .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

debian_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

if ! usable; then
    python=$(PYTHON="${PYTHON:-}" sh tools/find_python.sh)
    echo "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    # Debian keeps what venv needs to bring pip along in a package of its own.
    if ! "$python" -c 'import ensurepip; ensurepip.version()' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if debian_root; then
            apt-get update -qq && apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null
        else
            echo "Python $version lacks venv's installer. On Debian: apt-get install python$version-venv" >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
fi

echo "Installing the packages of requirements/dev.txt ..."
# --no-deps: the lock is complete, nothing may come in beside it; `pip check` proves it.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/dev.txt
# The build tool is locked too, hence no isolated build that would fetch another.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
.venv/bin/python -m pip check >/dev/null || { .venv/bin/python -m pip check >&2; exit 1; }
