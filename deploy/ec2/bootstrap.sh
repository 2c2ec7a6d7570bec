#!/usr/bin/env bash
# Makes a Debian or Ubuntu host ready for deploys. As root; again does no harm; needs nothing but itself (user data runs it).
#
#   DOMAIN=anonymize.example.org ACME_EMAIL=you@example.org DEPLOY_KEY="ssh-ed25519 ..." bootstrap.sh
#
# DOMAIN, ACME_EMAIL   the service's name, and whom the certificate authority writes to
# DEPLOY_KEY           public key of the user that deploys; without one nobody comes in by ssh as that user
# DEPLOY_USER          deploy
# MODELS               "en_sm fr_sm": what the worker image holds and serves
# DEPLOY_ROOT          /opt/anonymization-api
# It installs Docker with compose v2, makes the user, and writes DEPLOY_ROOT/host.env, which it never writes over.
set -euo pipefail
[ "$(id -u)" -eq 0 ] || { echo "run as root" >&2; exit 1; }
: "${DOMAIN:?the name that clients reach the service by}" "${ACME_EMAIL:?whom the certificate authority writes to}"
root=${DEPLOY_ROOT:-/opt/anonymization-api}
user=${DEPLOY_USER:-deploy}

install_packages() {
  local package missing=()
  for package in ca-certificates curl python3; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  command -v docker >/dev/null || missing+=(docker.io)
  if ! docker compose version >/dev/null 2>&1; then
    # Ubuntu, Docker's own repository, Debian from 13 on: the first that this host knows.
    for package in docker-compose-v2 docker-compose-plugin docker-compose; do
      apt-cache policy "$package" 2>/dev/null | grep -qE 'Candidate: [0-9:]*[2-9]\.' && { missing+=("$package"); break; }
    done
  fi
  [ "${#missing[@]}" -eq 0 ] ||
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >/dev/null
}

make_user() {
  local home
  getent group docker >/dev/null || groupadd --system docker
  id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
  # Whoever may use Docker is root here in all but name: this user deploys, and nobody else is it.
  usermod --append --groups docker "$user"
  home=$(getent passwd "$user" | cut -d: -f6)
  [ -n "${DEPLOY_KEY:-}" ] || return 0
  install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
  grep -qxF "no-agent-forwarding,no-port-forwarding,no-X11-forwarding,no-pty $DEPLOY_KEY" "$home/.ssh/authorized_keys" 2>/dev/null ||
    printf '%s\n' "no-agent-forwarding,no-port-forwarding,no-X11-forwarding,no-pty $DEPLOY_KEY" >>"$home/.ssh/authorized_keys"
  chown "$user:$user" "$home/.ssh/authorized_keys"
  chmod 600 "$home/.ssh/authorized_keys"
}

write_settings() {
  install -d -m 755 -o "$user" -g "$user" "$root"
  if [ -e "$root/host.env" ]; then
    echo "$root/host.env is there already, and is kept"
    return
  fi
  printf '%s\n' "DOMAIN=$DOMAIN" "ACME_EMAIL=$ACME_EMAIL" "MODELS=\"${MODELS:-en_sm fr_sm}\"" >"$root/host.env"
  chown "$user:$user" "$root/host.env"
}

if ! docker compose version >/dev/null 2>&1 || ! command -v curl >/dev/null || ! command -v python3 >/dev/null; then
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  install_packages
fi
docker compose version >/dev/null 2>&1 || { echo "this system has no package of docker compose v2: install it by hand" >&2; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { echo "python3 is older than 3.11: take Debian 12, Ubuntu 24.04 or newer" >&2; exit 1; }
if [ -d /run/systemd/system ]; then systemctl enable --now docker >/dev/null; fi
make_user
write_settings
echo "ready: $user deploys into $root"
