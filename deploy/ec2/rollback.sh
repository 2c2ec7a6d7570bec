#!/usr/bin/env bash
# Deploys the former release again, as any other: beside the one that is served, and then instead of it.
set -euo pipefail
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"
former=$(value "$STATE" FORMER_RELEASE)
[ -n "$former" ] || fail "there is no former release in $STATE"
exec bash "$(dirname "$(readlink -f "$0")")/deploy.sh" "$former" "$(value "$STATE" FORMER_GATEWAY_IMAGE)" \
  "$(value "$STATE" FORMER_WORKER_IMAGE)" "$(value "$STATE" FORMER_FLOWER_IMAGE)"
