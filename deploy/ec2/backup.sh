#!/usr/bin/env bash
# Writes all jobs, results, keys and deliveries into one file, while the service runs.
#
#   backup.sh [FILE]     without FILE: $DEPLOY_ROOT/backups/ with the time in its name
#
# It is one moment of the store (an RDB file, as a replica gets it), checked before it is given its name. Texts in it are
# encrypted with keys that stand in .env alone: keep a copy of .env, elsewhere. Prints the file's name.
set -euo pipefail
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"
umask 077
file=${1:-$ROOT/backups/$(date -u +%Y%m%dT%H%M%SZ).rdb}
part=$file.part.$$
mkdir -p "$(dirname "$file")"
trap 'rm -f "$part"' EXIT
lock
[ -f "$STATE" ] || fail "nothing is deployed in $ROOT"

REDISCLI_AUTH=$(value "$ROOT/.env" REDIS_ADMIN_PASSWORD)
export REDISCLI_AUTH
redis=$(containers redis)
docker exec --env REDISCLI_AUTH "$redis" valkey-cli --no-auth-warning --user admin --rdb - >"$part" 2>>"$LOG" ||
  fail "the store gave no copy of itself: see $LOG"
length=$(rdb_length "$part") || fail "the copy is damaged: see $LOG"
# Sent as it is made, it ends with a mark of 40 bytes, which a store would take for a command.
truncate --size "$length" "$part"
sync "$part"
mv -T "$part" "$file"
printf '%s\n' "$file"
