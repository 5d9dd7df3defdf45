#!/usr/bin/env bash
# Installs pandas with pyarrow and s3fs, for the tests of the guide: from PyPI, into a virtual environment in the cache of
# this user. Needs Python 3 with venv; installs once.
set -euo pipefail

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/s3sched

[ -x "$CACHE/pandas/bin/python-with-pandas" ] && exit
mkdir -p "$CACHE"
rm -rf "$CACHE/pandas"
python3 -m venv "$CACHE/pandas" >&2
"$CACHE/pandas/bin/pip" install --quiet --disable-pip-version-check pandas pyarrow s3fs >&2
# Only a whole installation gets the name under which the tests look.
ln -s python "$CACHE/pandas/bin/python-with-pandas"
