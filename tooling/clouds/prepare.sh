#!/usr/bin/env bash
# Builds fake-gcs-server, an emulator of Google Cloud Storage, for the tests of gs:// stores: the program is published as
# source, and as an image. Needs Go; builds once, into the cache of this user. Azurite, of Azure, comes with npm.
set -euo pipefail

MODULE=github.com/fsouza/fake-gcs-server@v1.56.1
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/s3sched

[ -x "$CACHE/fake-gcs-server" ] && exit
go=$(command -v go || { [ -x /usr/local/go/bin/go ] && echo /usr/local/go/bin/go; }) || {
  echo 'prepare: Go is needed to build fake-gcs-server: https://go.dev/doc/install' >&2
  exit 1
}
mkdir -p "$CACHE"
building=$(mktemp -d "$CACHE/building.XXXXXX")
trap 'rm -rf "$building"' EXIT
CGO_ENABLED=0 GOBIN=$building "$go" install -trimpath -ldflags '-s -w' "$MODULE" >&2
# Renamed into its place whole: a build that was cut short is never taken for a binary.
mv "$building/fake-gcs-server" "$CACHE/fake-gcs-server"
