#!/usr/bin/env bash
# Tests a running server against openapi.json with generated valid and invalid requests, sent by a
# signed-in manager or an anonymous caller.
#   .ci/schemathesis.sh manager|anonymous [SCHEMATHESIS_OPTION...]
#   .ci/schemathesis.sh --install
# SCHEMATHESIS_BINARY and SCHEMATHESIS_DOCUMENT replace the debug binary and openapi.json.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=${SCHEMATHESIS_BINARY:-$here/../target/debug/provider-portal}
document=${SCHEMATHESIS_DOCUMENT:-$here/../openapi.json}
seed=${SCHEMATHESIS_SEED:-20260303}
examples=${SCHEMATHESIS_EXAMPLES:-30}

# Installs Schemathesis into a virtual environment, again after the pinned versions change.
venv=$here/cache/venv
stamp=$(sha256sum <"$here/requirements.txt")
if [[ ! -x $venv/bin/schemathesis || $(cat "$venv/stamp" 2>/dev/null) != "$stamp" ]]; then
  mkdir -p "$here/cache"
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  echo "$stamp" >"$venv/stamp"
fi

if [[ ${1:?manager, anonymous, or --install} == --install ]]; then exit 0; fi
caller=$1
extra=("${@:2}")
binary=$(realpath "$binary")
document=$(realpath "$document")

work=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap 'stop; rm -rf "$work"' EXIT

# start: starts the sandbox in a new folder, on a port that the system chooses.
start() {
  mkdir "$work/$caller"
  (
    cd "$work/$caller"
    exec env \
      PORTAL_BIND=127.0.0.1:0 PORTAL_METRICS_BIND=off \
      PORTAL_REQUESTS_PER_SECOND=100000 PORTAL_REQUEST_BURST=100000 \
      PORTAL_SIGN_INS_PER_MINUTE=100000 PORTAL_SIGN_IN_BURST=100000 PORTAL_SELF_SERVICE_PER_HOUR=1000000 \
      PORTAL_INVITATIONS_PER_HOUR=1000000 \
      PORTAL_PASSWORD_MEMORY_KIB=64 PORTAL_PASSWORD_ITERATIONS=1 \
      "$binary" --demo >server.log 2>&1
  ) &
  server=$!
  for _ in $(seq 300); do
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    SANDBOX_URL=$(sed -n 's#^Swagger UI *\(http://[^/]*\)/.*#\1#p' "$work/$caller/server.log" 2>/dev/null || true)
    export SANDBOX_URL
    if [[ -n $SANDBOX_URL ]] &&
      python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "$SANDBOX_URL/readyz" 2>/dev/null; then
      return
    fi
    sleep 0.2
  done
  echo "the server did not become ready:" >&2
  tail -n 20 "$work/$caller/server.log" >&2
  return 1
}

export PYTHONPATH=$here/schemathesis PYTHONDONTWRITEBYTECODE=1
start
cp "$here/schemathesis/$caller.toml" "$work/$caller/"
python3 "$here/schemathesis/sandbox.py" "$work/$caller"
status=0
# Schemathesis keeps the results of earlier runs in the current directory.
(
  cd "$work/$caller"
  exec "$venv/bin/schemathesis" --config-file "$caller.toml" run "$document" \
    --url "$SANDBOX_URL" --checks all --phases examples,coverage,fuzzing,stateful \
    --max-examples "$examples" --seed "$seed" --generation-database none \
    --continue-on-failure --no-color "${extra[@]}"
) || status=$?
# A stopped server is a failure, even if Schemathesis reports success.
if ! kill -0 "$server" 2>/dev/null; then
  echo "the server stopped unexpectedly:" >&2
  tail -n 20 "$work/$caller/server.log" >&2
  status=1
fi
if [[ $status -ne 0 ]]; then
  grep -E 'ERROR|panicked' "$work/$caller/server.log" | tail -n 20 >&2 || true
fi
exit "$status"
