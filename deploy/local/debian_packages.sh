#!/usr/bin/env bash
# Installs what the tests run and Python's packages do not hold: a browser, promtool, sshd, RabbitMQ, an image registry.
# Only on Debian and as root; elsewhere it says what is missing, and the tests that need it are skipped.
set -euo pipefail
packages=(chromium prometheus openssh-server rabbitmq-server docker-registry)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed: ${missing[*]} (the tests that need them are skipped)" >&2
  exit 0
fi
# No service starts by itself: a test starts its own and ends it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
"${apt[@]}" update
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
