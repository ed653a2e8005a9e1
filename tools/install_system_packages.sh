#!/bin/sh
# Install what some tests need from the system, where that is allowed: Debian, as root.
# Elsewhere say what is missing; the tests that need it skip themselves.
set -u

have_chromium() { command -v chromium >/dev/null 2>&1; }
have_firefox() { command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1; }
have_chinese_font() {
    [ -n "$(find /usr/share/fonts "${HOME:-/nonexistent}/.fonts" -iname '*CJK*' -print -quit 2>/dev/null)" ]
}
have_strace() { command -v strace >/dev/null 2>&1; }

missing() {
    have_chromium || printf ' chromium'
    have_firefox || printf ' firefox-esr'
    have_chinese_font || printf ' fonts-noto-cjk'
    have_strace || printf ' strace'
}

packages=$(missing)
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$packages ..."
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word per package
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

packages=$(missing)
if [ -n "$packages" ]; then
    echo "Not on this machine:$packages. Tests that need them are skipped." >&2
    echo "On Debian, as root: apt-get install$packages" >&2
fi
exit 0
