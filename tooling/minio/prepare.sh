#!/usr/bin/env bash
# Prepares what the tests against a real S3 server need, on a Debian machine with nothing but Go: Docker's engine,
# running, and an image of MinIO, which is published as source only. For CI and for whoever asks for it; `npm test`
# itself installs and starts nothing of the machine's.
#
#   bash tooling/minio/prepare.sh                 the binary, the engine and the image
#   bash tooling/minio/prepare.sh --binary-only   the binary alone, which the tests start as a process; needs no root
#
# When it has to start the engine, it writes the process id into the file that S3SCHED_DOCKERD_PID_FILE names, so that
# the caller can stop it. Exit code 1: no binary. Exit code 3: a binary, but no engine, so the tests will start the
# binary as a process.
set -euo pipefail

MINIO_MODULE=github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
IMAGE=s3sched/minio:20260212
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/s3sched
CERTIFICATES=/etc/ssl/certs/ca-certificates.crt

say() { echo "prepare: $*" >&2; }

install_packages() {
  say "installing $*"
  apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Go 1.21 and newer fetch by themselves the release that a module asks for.
find_go() {
  command -v go || { [ -x /usr/local/go/bin/go ] && echo /usr/local/go/bin/go; }
}

build_binary() {
  [ -x "$CACHE/minio" ] && return
  local go
  if ! go=$(find_go); then
    { [ "$(id -u)" = 0 ] && install_packages golang-go ca-certificates && go=$(find_go); } || {
      say "Go 1.21 or newer is needed to build MinIO: https://go.dev/doc/install"
      return 1
    }
  fi
  say "building MinIO into $CACHE (two or three minutes, once)"
  mkdir -p "$CACHE"
  local building
  building=$(mktemp -d "$CACHE/building.XXXXXX")
  if ! CGO_ENABLED=0 GOBIN=$building "$go" install -trimpath -ldflags '-s -w' "$MINIO_MODULE" >&2; then
    rm -rf "$building"
    say 'MinIO could not be built'
    return 1
  fi
  # Renamed into its place whole: a build that was cut short is never taken for a binary.
  mv "$building/minio" "$CACHE/minio"
  rm -rf "$building"
}

start_engine() {
  docker info >/dev/null 2>&1 && return
  if [ "$(id -u)" != 0 ]; then
    say 'Docker does not answer, and only root can start it'
    return 1
  fi
  command -v dockerd >/dev/null || install_packages docker.io ca-certificates iptables || return 1
  command -v docker >/dev/null || install_packages docker-cli || return 1
  local log
  log=$(mktemp /tmp/dockerd.XXXXXX.log)
  say "starting dockerd, log in $log"
  # A session of its own, so that Ctrl-C reaches the tests first and the engine is there for their cleaning up.
  setsid dockerd >"$log" 2>&1 </dev/null &
  local engine=$!
  if [ -n "${S3SCHED_DOCKERD_PID_FILE:-}" ]; then echo "$engine" >"$S3SCHED_DOCKERD_PID_FILE"; fi
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && return
    kill -0 "$engine" 2>/dev/null || break
    sleep 1
  done
  say 'dockerd did not start; the end of its log:'
  tail -n 20 "$log" >&2
  kill "$engine" 2>/dev/null || true
  return 1
}

build_image() {
  docker image inspect "$IMAGE" >/dev/null 2>&1 && return
  say "building the image $IMAGE"
  local context
  context=$(mktemp -d)
  cp "$CACHE/minio" "$context/minio"
  cp "$CERTIFICATES" "$context/ca-certificates.crt"
  printf '%s\n' 'FROM scratch' 'COPY minio /usr/bin/minio' 'COPY ca-certificates.crt /etc/ssl/certs/' \
    'ENTRYPOINT ["/usr/bin/minio"]' >"$context/Dockerfile"
  local code=0
  docker build -q -t "$IMAGE" "$context" >&2 || code=$?
  rm -rf "$context"
  return "$code"
}

build_binary
if [ "${1:-}" = --binary-only ]; then
  say "MinIO is at $CACHE/minio"
  exit
fi
if start_engine && build_image; then
  say "Docker answers and has $IMAGE"
else
  say "no engine: the tests will start $CACHE/minio as a process"
  exit 3
fi
