#!/usr/bin/env bash
# Builds the images and pushes each with its provenance (who built it, from what, by which arguments).
#
#   push.sh PREFIX REVISION        as ghcr.io/owner/repository, and the commit: the tag by which name.sh finds them
#
# MODELS and MODEL_SOURCE, where they are set, are the worker's build arguments. Writes NAME_image=PREFIX/NAME@sha256:...,
# NAME_name and NAME_digest for each: who deploys says which by the digest. Needs an engine with the containerd image store.
set -euo pipefail
prefix=${1:?usage: push.sh PREFIX REVISION} revision=${2:?usage: push.sh PREFIX REVISION}
prefix=${prefix,,}
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
metadata=$(mktemp)
trap 'rm -f "$metadata"' EXIT

push() {
  local name=$1 digest
  shift
  docker buildx build --quiet --provenance=mode=max --push --tag "$prefix/$name:$revision" --metadata-file "$metadata" \
    --build-arg "REVISION=$revision" --build-arg "VERSION=$version" "$@" . >&2
  digest=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["containerimage.digest"])' "$metadata")
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "no digest of $name" >&2; exit 1; }
  printf '%s\n' "${name}_image=$prefix/$name@$digest" "${name}_name=$prefix/$name" "${name}_digest=$digest"
}

push gateway --file Dockerfile.gateway --target gateway
push flower --file Dockerfile.gateway --target flower
push worker --file Dockerfile.worker ${MODELS:+--build-arg "MODELS=$MODELS"} \
  ${MODEL_SOURCE:+--build-arg "MODEL_SOURCE=$MODEL_SOURCE"}
