#!/usr/bin/env bash
# Gives the images that push.sh built of a commit another tag, without building anything: name.sh PREFIX REVISION TAG
# Fails where one of them was never built. Writes NAME: PREFIX/NAME:TAG@sha256:... for each.
set -euo pipefail
prefix=${1:?usage: name.sh PREFIX REVISION TAG} revision=${2:?usage: name.sh PREFIX REVISION TAG} tag=${3:?usage: name.sh PREFIX REVISION TAG}
prefix=${prefix,,}
digests=()
# All are looked up before the first gets its tag.
for name in gateway worker flower; do
  found=$(docker buildx imagetools inspect "$prefix/$name:$revision" --format '{{json .Manifest}}') ||
    { echo "no image $name of $revision: has deploy.yaml run for that commit?" >&2; exit 1; }
  digest=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])' <<<"$found")
  digests+=("$name $digest")
done
for line in "${digests[@]}"; do
  read -r name digest <<<"$line"
  docker buildx imagetools create --tag "$prefix/$name:$tag" "$prefix/$name@$digest" >&2
  echo "$name: $prefix/$name:$tag@$digest"
done
