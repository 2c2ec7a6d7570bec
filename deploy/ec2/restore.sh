#!/usr/bin/env bash
# Puts a file of backup.sh into the store, and starts the service again: queued jobs are done, running ones once more.
#
#   restore.sh FILE [--replace]
#
# The store has to be empty (a new volume); --replace throws away what is in it. The service is away meanwhile. Needs the
# .env of the time of the backup. Jobs that were erased after the backup come back: erase them again.
set -euo pipefail
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"
file=${1:?usage: restore.sh FILE [--replace]}
[ -r "$file" ] || fail "cannot read $file"
[ -f "$STATE" ] || fail "nothing is deployed in $ROOT: deploy first, then restore"
lock

# ask_store COMMAND: as the administrator, whose password is in no process's arguments.
ask_store() {
  REDISCLI_AUTH=$(value "$ROOT/.env" REDIS_ADMIN_PASSWORD) docker exec --env REDISCLI_AUTH "$(containers redis)" \
    valkey-cli --no-auth-warning --user admin "$@"
}

: >"$LOG"
is_stopped=false

# Whatever is in the store then: the service goes on with it.
end() {
  local code=$?
  [ "$code" -ne 0 ] || return 0
  echo "nothing was restored: $LOG says why" >&2
  [ "$is_stopped" = false ] || settle || true
}
trap end EXIT

# A new volume has no store in it yet.
logged compose "$STATE" up --detach --no-deps --no-build --wait --wait-timeout "$HEALTH_TIMEOUT_S" redis
if [ "${2:-}" != --replace ]; then
  # Not read to its end by head: the first is enough.
  found=$(ask_store --scan --pattern 'aa:job:*' --count 1000 2>>"$LOG" | head -n 1 || true)
  [ -z "$found" ] || fail "there are jobs in the store: --replace throws them away"
fi
[ "$(rdb_length "$file")" = "$(stat -Lc %s "$file")" ] || fail "the file is damaged"
say "stopping the service"
is_stopped=true
logged compose "$STATE" stop caddy gateway worker courier flower redis
say "putting $file into the store"
# The store begins with a base of its append-only file, which is an RDB file, and goes on writing from there.
compose "$STATE" run --rm --no-deps -T --entrypoint sh redis -euc '
  cd /data
  rm -rf part former
  mkdir part
  cat >part/appendonly.aof.1.base.rdb
  printf "file appendonly.aof.1.base.rdb seq 1 type b\n" >part/appendonly.aof.manifest
  sync
  [ ! -e appendonlydir ] || mv appendonlydir former
  mv part appendonlydir
  rm -rf former' <"$file" >>"$LOG" 2>&1 || fail "the file could not be put there: see $LOG"
say "starting the service"
settle
say "restored"
