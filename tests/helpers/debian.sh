#!/usr/bin/env bash
# Installs the Debian packages that the tests need and this machine lacks; says plainly which command failed.
set -u
missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
command -v firefox-esr >/dev/null 2>&1 || missing+=(firefox-esr)
command -v espeak-ng >/dev/null 2>&1 || missing+=(espeak-ng)
command -v node >/dev/null 2>&1 || missing+=(nodejs)
command -v npm >/dev/null 2>&1 || missing+=(npm)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v turnserver >/dev/null 2>&1 || missing+=(coturn)
for library in libEGL.so.1 libGL.so.1; do
  ldconfig -p 2>/dev/null | grep -q "$library" || missing+=("$([ "$library" = libEGL.so.1 ] && echo libegl1 || echo libgl1)")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
run() { "$@" || { echo "tests/helpers/debian.sh: this command failed: $*" >&2; echo "The tests need Debian's ${missing[*]}; install them by hand and try again." >&2; exit 1; }; }
run "${as_root[@]}" apt-get update -qq
run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
