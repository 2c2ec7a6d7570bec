#!/usr/bin/env bash
# docker compose for the release that is served: compose.sh ps, compose.sh logs -f worker, compose.sh exec gateway python -m gateway.keys list
set -euo pipefail
# shellcheck source=deploy/ec2/release.sh
. "$(dirname "$(readlink -f "$0")")/release.sh"
[ -f "$STATE" ] || fail "nothing is deployed in $ROOT"
compose "$STATE" "$@"
