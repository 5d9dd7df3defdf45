#!/usr/bin/env bash
# Installs moto, a server that answers like AWS, for the tests of the targets for AWS: from PyPI, into a virtual
# environment in the cache of this user. Needs Python 3 with venv; installs once.
set -euo pipefail

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/s3sched

[ -x "$CACHE/moto_server" ] && exit
mkdir -p "$CACHE"
rm -rf "$CACHE/moto"
python3 -m venv "$CACHE/moto" >&2
"$CACHE/moto/bin/pip" install --quiet --disable-pip-version-check 'moto[server,ecs,events,sqs]==5.2.5' >&2
# Only a whole installation gets the name under which the tests look.
ln -s moto/bin/moto_server "$CACHE/moto_server"
