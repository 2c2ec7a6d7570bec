#!/usr/bin/env bash
# Deploys a release on this host: the new beside the old, then instead of it; or nothing at all. send.sh calls it.
#
#   deploy.sh RELEASE GATEWAY_IMAGE WORKER_IMAGE FLOWER_IMAGE
#
# Its composition lies in $DEPLOY_ROOT/releases/RELEASE (release.sh says what else lies there). Needs memory for two of each
# service. Before anything else it finishes or takes back what a deploy that was killed left.
# Exit code: 0 when the new release is served; 1 when it is not, and the former one is, as before; 2: not understood.
set -euo pipefail
# A connection that breaks off is no reason to stop in the middle.
trap '' PIPE HUP
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"

[ "$#" -eq 4 ] || { echo "usage: deploy.sh RELEASE GATEWAY_IMAGE WORKER_IMAGE FLOWER_IMAGE" >&2; exit 2; }
release=$1 images=("$2" "$3" "$4")
folder=$ROOT/releases/$release
[[ $release =~ ^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$ && -f $folder/docker-compose.yaml ]] ||
  { echo "no release of this name was sent: $release" >&2; exit 2; }
for image in "${images[@]}"; do
  [[ $image =~ ^([^@]+@)?sha256:[0-9a-f]{64}$ ]] || { echo "not by digest: $image" >&2; exit 2; }
done
next=$ROOT/next.env

# What is there already is not asked for: an image that was loaded, or the one from before.
pull() {
  local image
  for image in "${images[@]}"; do
    docker image inspect "$image" >/dev/null 2>&1 || { say "pulling $image"; logged docker pull --quiet "$image"; }
  done
}

write_next() {
  local name color=blue
  [ "$(value "$STATE" COLOR)" != blue ] || color=green
  {
    printf '%s\n' "RELEASE=$release" "COLOR=$color" \
      "GATEWAY_IMAGE=${images[0]}" "WORKER_IMAGE=${images[1]}" "FLOWER_IMAGE=${images[2]}"
    for name in RELEASE GATEWAY_IMAGE WORKER_IMAGE FLOWER_IMAGE; do printf 'FORMER_%s=%s\n' "$name" "$(value "$STATE" "$name")"; done
  } >"$next"
}

check() {
  [ -f "$ROOT/host.env" ] || fail "no $ROOT/host.env: run bootstrap.sh"
  [ -f "$ROOT/.env" ] || (cd "$ROOT" && PYTHONPATH=$folder PYTHONDONTWRITEBYTECODE=1 python3 -m deploy.environment)
  [ "$(stat -c %a "$ROOT/.env")" = 600 ] || fail "$ROOT/.env can be read by others than its owner: chmod 600"
  # Refuses what is not a composition, and names a variable that this release wants and .env does not have.
  logged compose "$next" config --quiet
}

# smoke GATEWAY_CONTAINER direct|public
smoke() {
  # Made once: each takes a second of a Python's start.
  SMOKE_KEY=${SMOKE_KEY:-$(smoke_key "$1")}
  SMOKE_KEY=$SMOKE_KEY bash "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/smoke.sh" "$@"
}

# begin STATE_FILE SERVICE...: they run and are healthy.
begin() {
  local state=$1 service
  shift
  start "$state" "$@"
  for service in "$@"; do await_health "$state" "$service"; done
}

first() {
  say "starting $release, the first release"
  lead_to "$release"
  point "$(value "$next" COLOR)"
  steady "$next" redis
  begin "$next" "${ROLLING[@]}"
  steady "$next" "${STEADY[@]}"
}

# At each point either release can serve alone.
roll() {
  local id old_gateways old_workers former
  former=$(value "$STATE" RELEASE)
  say "starting $release beside $former"
  begin "$next" gateway
  say "trying the new gateways before others ask them"
  for id in $(containers gateway "$release"); do smoke "$id" direct; done
  begin "$next" worker courier
  lead_to "$release"
  steady "$next" "${STEADY[@]}"
  say "switching to $release"
  point "$(value "$next" COLOR)"
  # At once, for by now everybody asks them.
  smoke "$id" public
  mapfile -t old_gateways < <(others gateway "$release")
  await_idle "${old_gateways[@]}"
  say "draining the workers of $former"
  mapfile -t old_workers < <(others worker "$release"; others courier "$release")
  [ "${#old_workers[@]}" -eq 0 ] || logged docker stop "${old_workers[@]}"
}

# What was pulled for the release before the former one, and its folder. What was loaded by hand stays.
forget() {
  local image folder
  for image in "$@"; do
    [[ $image != *@* ]] || grep -qF "=$image" "$STATE" || docker image rm "$image" >>"$LOG" 2>&1 || true
  done
  for folder in "$ROOT"/releases/*; do
    grep -qxE "(FORMER_)?RELEASE=${folder##*/}" "$STATE" || rm -rf "$folder"
  done
}

# At the end of whatever way out but the good one.
undo() {
  local code=$?
  trap - EXIT
  [ "$code" -ne 0 ] || exit 0
  rm -f "$next"
  if [ ! -f "$STATE" ]; then
    say "the first release failed: $LOG says why; there is no former one"
  # First of all, for the former gateways run still.
  elif point "$(value "$STATE" COLOR)" && settle; then
    say "$release is not deployed; $(value "$STATE" RELEASE) is served as before"
  else
    say "$release is not deployed, and $(value "$STATE" RELEASE) could not be put back wholly: see $LOG"
  fi
  exit 1
}

lock
: >"$LOG"
is_settled=true
settle || is_settled=false
if [ "$(value "$STATE" RELEASE)" = "$release" ]; then
  [ "$is_settled" = true ] || fail "$release is what should be served, and not all of it is healthy: see $LOG"
  say "$release is served already"
  exit 0
fi
# The new release may be what makes it well.
[ "$is_settled" = true ] || say "$(value "$STATE" RELEASE) is not all healthy; going on"
trap undo EXIT
write_next
check
pull
if [ -f "$STATE" ]; then roll; else first; fi
say "asking through the public address, with workers of $release alone"
smoke "$(containers gateway "$release" | head -n 1)" public
mapfile -t oldest < <(sed -n 's/^FORMER_.*_IMAGE=//p' "$STATE" 2>/dev/null)
sync "$next"
mv -T "$next" "$STATE"
trap - EXIT
settle || fail "$release is served, but what is left of the former one could not be taken away: see $LOG"
forget "${oldest[@]}"
say "$release is served"
