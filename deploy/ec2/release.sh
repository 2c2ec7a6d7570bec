# shellcheck shell=bash
# Sourced by the scripts beside it: where things are on a host, what runs there, and how it is made what the state says.
#
#   $ROOT/host.env       settings of this host (bootstrap.sh): DOMAIN, ACME_EMAIL, MODELS, GATEWAYS, WORKERS and others
#   $ROOT/.env           secrets; $ROOT/.secrets/users.acl (deploy/environment.py). Made by the first deploy
#   $ROOT/release.env    the state: images by digest of the release that is served and of the former one
#   $ROOT/releases/NAME  compositions that were sent
#   $ROOT/current        -> the folder of the release that is served
#   $ROOT/switch/COLOR   blue or green: whose gateways Caddy asks
ROOT=${DEPLOY_ROOT:-/opt/anonymization-api}
STATE=$ROOT/release.env
LOG=$ROOT/deploy.log
# A restarted release has a model to load, and an image from before has to start within this too.
HEALTH_TIMEOUT_S=${HEALTH_TIMEOUT_S:-180}
# How long answers under way may take before their gateway is told to stop, which ends those that wait for a job.
DRAIN_S=${DRAIN_S:-30}
# Made anew by each release, beside the old ones.
ROLLING=(gateway worker courier)
STEADY=(redis flower caddy)

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*" 2>/dev/null || true; }

fail() {
  printf '%s\n' "$*" >&2 || true
  exit 1
}

# value FILE NAME [DEFAULT]: of an environment file.
value() {
  local found
  found=$(sed -n "s/^$2=//p" "$1" 2>/dev/null | tail -n 1 || true)
  printf '%s' "${found:-${3:-}}"
}

setting() { value "$ROOT/host.env" "$@"; }

PROJECT=$(setting COMPOSE_PROJECT_NAME anonymization-api)

# Two deploys at once would each stop what the other started. What a killed one left running may end first.
lock() {
  exec 9>>"$ROOT/deploy.lock"
  flock -w "${LOCK_TIMEOUT_S:-300}" 9 || fail "another deploy, backup or restore is under way"
  printf '%s\n' "$$" >"$ROOT/deploy.lock"
}

# compose STATE_FILE ARGUMENTS: docker compose as that release has it. Paths are by way of $ROOT/current, and so the same
# for each release: a service whose paths changed would be made anew.
compose() {
  local state=$1 folder
  shift
  folder=$ROOT/releases/$(value "$state" RELEASE)
  env REDIS_USERS_FILE="$ROOT/.secrets/users.acl" METRICS_TOKEN_FILE="$ROOT/.secrets/metrics_token" SWITCH="$ROOT/switch" \
    REDIS_FILES="$(files_digest "$folder/deploy/redis" "$ROOT/.secrets/users.acl")" \
    CADDY_FILES="$(files_digest "$folder/deploy/caddy")" \
    docker compose --project-name "$PROJECT" --project-directory "$ROOT/current" \
    --env-file "$ROOT/host.env" --env-file "$ROOT/.env" --env-file "$state" \
    --file "$folder/docker-compose.yaml" --file "$folder/docker-compose.prod.yaml" \
    --file "$folder/deploy/ec2/release.yaml" "$@"
}

files_digest() { find "$@" -type f -not -name '*.py*' -print0 | sort -z | xargs -0 cat | sha256sum | cut -c 1-16; }

# logged COMMAND: its output goes into the log, and its end is shown when it fails.
logged() {
  "$@" >>"$LOG" 2>&1 || { local code=$?; tail -n 20 "$LOG" >&2 || true; return "$code"; }
}

# containers SERVICE [RELEASE]: ids, those of one release or of all.
containers() {
  docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" --filter "label=com.docker.compose.oneoff=False" \
    ${2:+--filter "label=anonymization-api.release=$2"}
}

# others SERVICE RELEASE: ids of all releases but that one.
others() { comm -23 <(containers "$1" | sort) <(containers "$1" "$2" | sort); }

wanted() {
  case $1 in
    gateway) setting GATEWAYS 1 ;;
    worker) setting WORKERS 1 ;;
    *) echo 1 ;;
  esac
}

# start STATE_FILE SERVICE...: as many containers of that release as are wanted, beside those of others.
start() {
  local state=$1 service release own all missing=() scale=()
  release=$(value "$state" RELEASE)
  shift
  for service in "$@"; do
    own=$(containers "$service" "$release")
    # shellcheck disable=SC2086  # ids, one a word
    [ -z "$own" ] || logged docker start $own
    own=$(wc -w <<<"$own") all=$(containers "$service" | wc -w)
    [ "$own" -lt "$(wanted "$service")" ] || continue
    missing+=("$service") scale+=(--scale "$service=$((all + $(wanted "$service") - own))")
  done
  [ "${#missing[@]}" -eq 0 ] ||
    logged compose "$state" up --detach --no-deps --no-recreate --no-build --pull never "${scale[@]}" "${missing[@]}"
}

# await_health STATE_FILE SERVICE: 1 when its containers died, are unhealthy or took longer than HEALTH_TIMEOUT_S.
await_health() {
  local release ids seen end=$((SECONDS + HEALTH_TIMEOUT_S))
  release=$(value "$1" RELEASE)
  while [ "$SECONDS" -lt "$end" ]; do
    ids=$(containers "$2" "$release")
    # shellcheck disable=SC2086  # ids, one a word
    seen=$([ -z "$ids" ] || docker inspect --format '{{.State.Status}} {{.State.Health.Status}}' $ids || true)
    [ -n "$seen" ] && ! grep -qv '^running healthy$' <<<"$seen" && return 0
    ! grep -qE '^(exited|dead|restarting) |unhealthy$' <<<"$seen" || break
    sleep 0.5
  done
  say "$2 of $release is not healthy: $(tr '\n' ',' <<<"${seen:-no container}")"
  # shellcheck disable=SC2086  # ids, one a word
  [ -z "$ids" ] || for id in $ids; do docker logs --tail 5 "$id" >&2 || true; done
  return 1
}

# point COLOR: Caddy asks these gateways from the next request on. One rename.
point() {
  local file
  # Caddy looks into it as somebody else.
  install -d -m 755 "$ROOT/switch"
  for file in blue green; do
    [ "$file" = "$1" ] || [ ! -e "$ROOT/switch/$file" ] || mv -T "$ROOT/switch/$file" "$ROOT/switch/$1"
  done
  [ -e "$ROOT/switch/$1" ] || : >"$ROOT/switch/$1"
}

# lead_to RELEASE: $ROOT/current, by one rename.
lead_to() {
  ln -sfn "releases/$1" "$ROOT/current.part"
  mv -T "$ROOT/current.part" "$ROOT/current"
}

# await_idle ID...: returns when nobody is connected to these gateways any more, or after DRAIN_S.
await_idle() {
  local id end=$((SECONDS + DRAIN_S)) left=1
  while [ "$left" -gt 0 ] && [ "$SECONDS" -lt "$end" ]; do
    left=0
    for id in "$@"; do
      # Established connections to port 8000, as Linux lists them.
      left=$((left + $(docker exec "$id" cat /proc/net/tcp 2>/dev/null | grep -cE '^ *[0-9]+: [0-9A-F]+:1F40 [0-9A-F:]+ 01 ' || true)))
    done
    [ "$left" -eq 0 ] || sleep 0.5
  done
}

# retire ID...: they end what they have in hand, or give it back, and go.
retire() {
  [ "$#" -gt 0 ] || return 0
  logged docker stop "$@"
  logged docker rm "$@"
}

# settle: what runs becomes what the state says, wherever a deploy ended. Does nothing where all is right.
settle() {
  local service release stale
  [ -f "$STATE" ] || return 0
  release=$(value "$STATE" RELEASE)
  lead_to "$release"
  steady "$STATE" redis || return 1
  # Its gateways first, since clients ask them; then they are asked; then all else.
  start "$STATE" gateway
  await_health "$STATE" gateway || return 1
  point "$(value "$STATE" COLOR)"
  start "$STATE" worker courier
  for service in worker courier; do await_health "$STATE" "$service" || return 1; done
  steady "$STATE" "${STEADY[@]}" || return 1
  for service in "${ROLLING[@]}"; do
    mapfile -t stale < <(others "$service" "$release")
    [ "${#stale[@]}" -eq 0 ] || say "taking away $service of another release (${#stale[@]})"
    [ "$service" != gateway ] || await_idle "${stale[@]}"
    retire "${stale[@]}" || return 1
  done
}

# steady STATE_FILE SERVICE...: those of which there is one; made anew only where their definition or their files changed.
steady() {
  local state=$1
  shift
  logged compose "$state" up --detach --no-deps --no-build --timeout 10 --wait --wait-timeout "$HEALTH_TIMEOUT_S" "$@"
}

# rdb_length FILE: bytes of the RDB file that it begins with, read to its end, where its checksum stands; 1: it is damaged.
rdb_length() {
  docker exec --interactive "$(containers redis)" valkey-check-rdb /dev/stdin <"$1" 2>>"$LOG" |
    sed -nE 's/^\[offset ([0-9]+)\] .*RDB looks OK.*/\1/p' | grep .
}

# smoke_key GATEWAY_CONTAINER: a new API key for smoke.sh. It ends by itself, whatever becomes of who asked for it.
smoke_key() {
  docker exec "$1" python -m gateway.keys create --client deploy-smoke --scopes jobs:write,jobs:read,jobs:erase \
    --expires-at "$(date -u -d '10 minutes' +%FT%TZ)" 2>>"$LOG"
}
