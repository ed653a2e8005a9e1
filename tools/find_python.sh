#!/bin/sh
# Print the path of a Python that can run AirDesk: 3.11 or newer, with sqlite3, ssl and venv.
# PYTHON=/path chooses one by hand. The versions that are tested come first.
set -u

good='
import sys, sqlite3, ssl, venv
sys.exit(0 if sys.version_info >= (3, 11) else 1)
'

for name in ${PYTHON:-python3.11 python3.12 python3.13 python3 python3.14 python}; do
    # A shim of a version manager may be there and lead nowhere, so the answer must come from running it.
    path=$("$name" -c 'import sys; print(sys.executable)' 2>/dev/null) || continue
    if "$path" -c "$good" 2>/dev/null; then
        echo "$path"
        exit 0
    fi
done

if [ -n "${PYTHON:-}" ]; then
    echo "AirDesk needs Python 3.11 or newer with sqlite3 and ssl; $PYTHON is not that." >&2
else
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "AirDesk needs Python 3.11 or newer with sqlite3 and ssl; found: $found." >&2
    echo "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2
fi
exit 1
