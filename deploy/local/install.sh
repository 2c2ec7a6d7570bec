#!/usr/bin/env bash
# Installs locked requirements into a virtual environment: install.sh FOLDER REQUIREMENTS
# By uv, which needs a third of pip's time, from the index that pip is told to use; by pip where uv cannot.
set -euo pipefail
python=$1/bin/python
requirements=$2
pip=("$python" -m pip --quiet --disable-pip-version-check)

"${pip[@]}" install --require-hashes -r "$(dirname "$requirements")/installer.txt"
if [ -z "${UV_DEFAULT_INDEX:-}" ]; then
  index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
  if [ -n "$index" ]; then export UV_DEFAULT_INDEX=$index; fi
fi
if ! "$1/bin/uv" pip install --quiet --python "$python" --compile-bytecode --require-hashes -r "$requirements"; then
  echo "anonymization-api: uv could not install $requirements, trying pip" >&2
  "${pip[@]}" install --require-hashes -r "$requirements"
fi
