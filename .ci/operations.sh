#!/usr/bin/env bash
# Tests the server in operation: the README's commands, startup time, memory, graceful shutdown, and
# an import that is larger than its memory limit.
#   .ci/operations.sh [BINARY]
# The default limits are for a debug binary. For a release binary, set SERVER_KIB=65536.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "${1:-$here/../target/debug/provider-portal}")
server_kib=${SERVER_KIB:-98304}
import_kib=${IMPORT_KIB:-204800}

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

now() { date +%s%N; }

# start OPTION...: starts the server, waits until it is ready, and sets `startup_ms`.
start() {
  local started
  started=$(now)
  "$binary" "$@" >"$work/log" 2>&1 &
  server=$!
  for _ in $(seq 1000); do
    if curl -sf "$base/readyz" >/dev/null; then break; fi
    kill -0 "$server" 2>/dev/null || fail "the server did not start"
    sleep 0.01
  done
  startup_ms=$((($(now) - started) / 1000000))
}

# finish: stops the server with SIGTERM, as a supervisor does, and checks its exit status.
finish() {
  kill -TERM "$server"
  wait "$server" || fail "the server exited with status $?"
  server=
}

start --demo
echo "-- the README's six commands"
sed -n '/^```bash$/,/^```$/p' "$here/../README.md" | sed '/^```/d' | sed "s#http://127.0.0.1:8080#$base#" >commands.sh
[[ $(grep -o 'curl -s' commands.sh | wc -l) -eq 6 ]] || fail "the README does not show six curl commands"
bash commands.sh >answers
grep -q '"moved":4' answers || fail "the reassignment did not move four applications: $(cat answers)"
[[ $(grep -o 'application_reassigned_to_you' answers | wc -l) -eq 4 ]] || fail "the agent did not get four notifications: $(cat answers)"
finish

echo "-- startup with an existing database"
start --demo
[[ $startup_ms -le 1000 ]] || fail "the server was ready only after $startup_ms ms"
sleep 1
resident=$(awk '/VmRSS/ {print $2}' "/proc/$server/status")
echo "ready after $startup_ms ms, $resident KiB resident memory"
[[ $resident -le $server_kib ]] || fail "the server uses more than $server_kib KiB"
finish

echo "-- shutdown during a request"
# The expensive password hash keeps the request in progress. The address does not need to exist.
PORTAL_PASSWORD_ITERATIONS=60 start --demo
curl -s -o answer -w '%{http_code}' -d 'grant_type=password&username=unknown@example.org&password=nothing' \
  "$base/api/v1/oauth/token" >status &
client=$!
sleep 0.3
[[ ! -s status ]] || fail "the request was answered before the server was stopped"
finish
wait "$client" || fail "the connection closed before the response"
[[ $(cat status) == 400 ]] || fail "the response has status $(cat status) instead of 400"
echo "the response arrived before the server exited"

echo "-- a 60 MB import"
python3 - "$here/../tests/data/nppes" "$work/big.json" <<'PYTHON'
import json, pathlib, sys

record = json.loads(next(pathlib.Path(sys.argv[1]).glob("*.json")).read_text())["results"][0]


def npi(number):
    digits, total = f"1{number:08d}", 24
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


with open(sys.argv[2], "w") as out:
    out.write('{"results":[')
    number = size = 0
    while size < 60_000_000:
        text = json.dumps(record | {"number": npi(number)})
        size += out.write(("," if number else "") + text)
        number += 1
    out.write("]}")
print(number)
PYTHON
PORTAL_DATABASE_URL=sqlite://$work/import.db "$binary" import nppes big.json >report 2>log &
server=$!
peak=0
while kill -0 "$server" 2>/dev/null; do
  now_kib=$(awk '/VmHWM/ {print $2}' "/proc/$server/status" 2>/dev/null || true)
  peak=$((${now_kib:-0} > peak ? ${now_kib:-0} : peak))
  sleep 0.05
done
wait "$server" || fail "the import failed"
server=
echo "$(wc -l <report) records, $peak KiB peak memory"
[[ $peak -le $import_kib ]] || fail "the import uses more than $import_kib KiB"
