#!/usr/bin/env bash
# Makes a virtual environment: make_venv.sh PYTHON FOLDER. Debian keeps the module for it in a package of its own, which
# is installed when we may; otherwise one line says how.
set -euo pipefail
python=$1
folder=$2

say() { printf 'anonymization-api: %s\n' "$*" >&2; }

command -v "$python" >/dev/null || { say "cannot start: no $python; install it: apt-get install python3 python3-venv"; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { say "cannot start: Python 3.11 or later is needed, $python is $("$python" -V 2>&1); name another one: make run PYTHON=python3.12"; exit 1; }

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  package=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $package"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
  else
    say "cannot start: Python's venv module is missing; install it: sudo apt-get install $package"
    exit 1
  fi
fi
say "making $folder (the first time takes about a minute)"
"$python" -m venv "$folder"
