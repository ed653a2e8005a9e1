#!/bin/sh
# Say a clear word when Node.js is missing or too old for the build of the pages.
set -u

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "AirDesk builds its pages with Node.js 20.19 or newer and npm; neither or only one was found." >&2
    exit 1
fi
if ! node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);
'; then
    echo "AirDesk builds its pages with Node.js 20.19 or newer; found: $(node --version)." >&2
    exit 1
fi
