#!/usr/bin/env bash
# Starts the sandbox and runs the stories of its personas (people.py).
#   .ci/people.sh [BINARY]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "${1:-$here/../target/debug/provider-portal}")

work=$(mktemp -d)
server=
cleanup() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PORTAL_BIND=127.0.0.1:$port PORTAL_METRICS_BIND=off
base=http://127.0.0.1:$port

fail() {
  echo "$*" >&2
  cat "$work/log" >&2 || true
  exit 1
}

"$binary" --demo >"$work/log" 2>&1 &
server=$!
for _ in $(seq 1000); do
  if curl -sf "$base/readyz" >/dev/null; then break; fi
  kill -0 "$server" 2>/dev/null || fail "the server did not start"
  sleep 0.01
done

python3 "$here/people.py" "$base" "$work/provider-portal-demo.db" || fail "a story failed"

kill -TERM "$server"
wait "$server" || fail "the server exited with status $?"
server=
