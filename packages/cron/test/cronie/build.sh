#!/bin/sh
# Builds crond, with all its paths below a folder, and its clock: build.sh <source of cronie> <folder>
set -eu
source=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cd "$2"
mkdir -p build etc/cron.d var/run var/spool/cron
cc -shared -fPIC -O2 -Wall -o standing-clock.so "$here/standing-clock.c"
cd build
"$source/configure" --prefix="$2" --sysconfdir="$2/etc" --localstatedir="$2/var" \
  --without-pam --without-selinux --without-audit
make cron-paths.h src/crond
