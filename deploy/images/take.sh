#!/usr/bin/env bash
# Pulls GATEWAY_IMAGE, WORKER_IMAGE and FLOWER_IMAGE, each NAME@sha256:..., and gives them the names that the smoke test runs.
set -euo pipefail
for name in gateway worker flower; do
  variable=${name^^}_IMAGE
  image=${!variable:?}
  [[ $image == *@sha256:* ]] || { echo "$variable is not given by digest" >&2; exit 2; }
  docker pull --quiet "$image"
  docker tag "$image" "anonymization-api/$name:smoke"
done
