#!/usr/bin/env bash
# Sends this checkout's composition to a host over ssh and deploys it there; what the workflow calls.
#
#   send.sh RELEASE GATEWAY_IMAGE WORKER_IMAGE FLOWER_IMAGE
#
# RELEASE: a new name for each deploy: letters, digits, dots and dashes, 40 at most. Images: NAME@sha256:DIGEST, or sha256:ID of
# one that was loaded on the host. Environment:
#   HOST, USERNAME     where to, and as whom (bootstrap.sh makes the user)
#   KEY_FILE           the private key
#   KNOWN_HOSTS_FILE   the host's public key, pinned: another one is refused
#   SSH_PORT           22
#   REGISTRY, REGISTRY_USER, REGISTRY_TOKEN   a login for pulling, taken back afterwards; none where the images are public
#   DEPLOY_ROOT        /opt/anonymization-api
# Exit code: that of deploy.sh; 255 when the host cannot be reached or is not the one that is known.
set -euo pipefail

release=${1:?usage: send.sh RELEASE GATEWAY_IMAGE WORKER_IMAGE FLOWER_IMAGE}
gateway=${2:?GATEWAY_IMAGE is missing} worker=${3:?WORKER_IMAGE is missing} flower=${4:?FLOWER_IMAGE is missing}
root=${DEPLOY_ROOT:-/opt/anonymization-api}
[[ $release =~ ^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$ ]] || { echo "no name for a release: $release" >&2; exit 2; }

remote() {
  ssh -p "${SSH_PORT:-22}" -i "${KEY_FILE:?}" -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=15 \
    -o ServerAliveInterval=15 -o ServerAliveCountMax=8 -o StrictHostKeyChecking=yes \
    -o "UserKnownHostsFile=${KNOWN_HOSTS_FILE:?}" -o GlobalKnownHostsFile=/dev/null "${USERNAME:?}@${HOST:?}" "$@"
}

quoted() { printf '%q ' "$@"; }

log_out() { remote "$(quoted docker logout "$REGISTRY")" >/dev/null || true; }

cd "$(dirname "$0")/../.."
folder=$root/releases/$release
# Unpacked beside its place and then renamed: a release that is there is there as a whole, and stays as it was sent.
# Whatever the umask here: containers read these files as others.
tar -cz --mode=u+rwX,go+rX --exclude='__pycache__' docker-compose.yaml docker-compose.prod.yaml deploy |
  remote "set -e; part=$(quoted "$folder.part.$$"); folder=$(quoted "$folder")
    rm -rf \"\$part\"; mkdir -p \"\$part\"; tar -xz -C \"\$part\"
    if [ -e \"\$folder\" ]; then rm -rf \"\$part\"; else mv -T \"\$part\" \"\$folder\"; fi"

if [ -n "${REGISTRY_TOKEN:-}" ]; then
  trap log_out EXIT
  remote "$(quoted docker login --username "${REGISTRY_USER:?}" --password-stdin "${REGISTRY:?}")" <<<"$REGISTRY_TOKEN"
fi

remote "$(quoted env DEPLOY_ROOT="$root" bash "$folder/deploy/ec2/deploy.sh" "$release" "$gateway" "$worker" "$flower")"
