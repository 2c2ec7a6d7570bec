#!/usr/bin/env bash
# Has a job done for each model, as a client would.
#
#   smoke.sh GATEWAY_CONTAINER direct|public
#
# direct: asks that container alone; public: https://DOMAIN, by way of Caddy. SMOKE_KEY: an API key; without it the container
# makes one that counts for ten minutes. The jobs are erased. Exit code 1, with one line that says what was wrong.
set -euo pipefail
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"

container=${1:?usage: smoke.sh GATEWAY_CONTAINER direct|public} way=${2:?direct or public}
folder=$(mktemp -d)
domain=$(setting DOMAIN)
# On a new host Caddy may still be getting its certificate.
connect_timeout_s=${CONNECT_TIMEOUT_S:-90}
hidden=smoke.test@example.org

trap 'rm -rf "$folder"' EXIT

case $way in
  direct)
    address=http://$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$container" | cut -d' ' -f1):8000
    options=(--header "Host: $domain")
    ;;
  public)
    port=$(setting HTTPS_PORT 443)
    address=https://$domain:$port
    options=()
    if [ "$(setting TLS_ISSUER acme)" = internal ]; then
      docker exec "$(containers caddy)" cat /data/caddy/pki/authorities/local/root.crt >"$folder/authority"
      options=(--cacert "$folder/authority")
    fi
    ;;
  *) fail "direct or public, not $way" ;;
esac

# ask METHOD PATH [BODY]: prints the answer; fails on any status but 2xx. The key is in no process's arguments.
ask() {
  local method=$1 path=$2
  curl --silent --show-error --fail --max-time 45 --request "$method" "${options[@]}" --config - "$address$path" \
    ${3:+--header 'Content-Type: application/json' --header 'Prefer: wait=30' --data "$3"} \
    <<<"header = \"Authorization: Bearer ${key:-none}\"" 2>"$folder/error" ||
    fail "$way: $method ${path%%job_*}: $(tail -n 1 "$folder/error")"
}

# Waits for a connection alone: a status that is wrong is wrong at once.
end_s=$((SECONDS + connect_timeout_s))
until curl --silent --output /dev/null --max-time 5 "${options[@]}" "$address/health/live"; do
  [ "$SECONDS" -lt "$end_s" ] || fail "$way: no connection within $connect_timeout_s s"
  sleep 1
done
ask GET /health/ready >/dev/null
key=${SMOKE_KEY:-$(smoke_key "$container")} || fail "$way: no API key could be made"
for model in $(setting MODELS "en_sm fr_sm" | tr -d '"' | tr ',' ' '); do
  job=$(ask POST /v1/jobs "{\"text\": \"Write to $hidden.\", \"language\": \"${model%_*}\", \"model_size\": \"${model#*_}\"}")
  id=$(grep -oE 'job_[A-Za-z0-9_-]+' <<<"$job" | head -n 1) || fail "$way: no job of $model"
  grep -qE '"state": ?"succeeded"' <<<"$job" || fail "$way: the job of $model did not succeed"
  result=$(ask GET "/v1/jobs/$id/result")
  text=$(grep -oE '"anonymized_text": ?"[^"]*"' <<<"$result") || fail "$way: $model gave no text"
  ! grep -qF "$hidden" <<<"$text" || fail "$way: $model hid nothing"
  ask DELETE "/v1/jobs/$id" >/dev/null
done
