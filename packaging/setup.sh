#!/usr/bin/env bash
# Makes everything that `make run` and `make test` need: system libraries (when root), .venv, pinned packages.
# Called by the Makefile; does nothing when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

# What Qt asks for on a bare Debian (offscreen and in a window), and the independent readers of PDF and age for the tests.
LIBRARIES="python3.11-venv libgl1 libegl1 libglib2.0-0 libfontconfig1 libxkbcommon0 libdbus-1-3
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1
libxkbcommon-x11-0 poppler-utils xvfb"
# Without it one test is skipped with a reason: nobody shall need root for that.
WISHED="age"
PYTHON=${PYTHON:-python3.11}
stamp=.venv/.made-for
wanted=$(cat packaging/requirements-dev.txt packaging/setup.sh pyproject.toml | sha256sum | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

if command -v dpkg-query >/dev/null; then
  missing=""
  for name in $LIBRARIES; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && continue
    # A Python that brings its own venv module (not Debian's) does not need Debian's package.
    [ "$name" = python3.11-venv ] && "$PYTHON" -c 'import ensurepip' 2>/dev/null && continue
    missing="$missing $name"
  done
  if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then
      apt-get update -q >/dev/null
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >/dev/null
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $WISHED >/dev/null 2>&1 || true
    else
      printf 'Some system libraries are missing. Run this line, then try again:\n  sudo apt-get install -y%s\n' "$missing" >&2
      exit 1
    fi
  fi
fi

[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r packaging/requirements-dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$wanted" > "$stamp"
