#!/usr/bin/env bash
# Plays one fault through the API, from the call to the customer's signature (INT-3 to FLT-4), with curl alone.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
Usage: BASE=http://127.0.0.1:8080 TOKEN=... [MANAGER_TOKEN=...] [DATA=weibao-data] Examples/one-fault.sh

  BASE           address that `weibao serve` printed
  TOKEN          of a user who may take and work on cases: weibao token create --user NAME
  MANAGER_TOKEN  of a manager or administrator who signs off and is not the engineer; TOKEN when left out
  DATA           the server's data folder, for `weibao verify` at the end; weibao-data when left out
  WEIBAO         the program; .build/release/weibao or .build/debug/weibao when left out
TEXT
  exit 2
}

[ -n "${BASE:-}" ] && [ -n "${TOKEN:-}" ] || usage
here=$(cd "$(dirname "$0")/.." && pwd)
base=${BASE%/}
data=${DATA:-weibao-data}
manager=${MANAGER_TOKEN:-$TOKEN}
weibao=${WEIBAO:-$here/.build/release/weibao}
[ -x "$weibao" ] || weibao=$here/.build/debug/weibao
[ -x "$weibao" ] || { echo "one-fault: no program at $weibao; build it with make build, or set WEIBAO." >&2; exit 1; }

# call TOKEN METHOD PATH [BODY]: prints the answer's body; anything but 2xx ends the play with the problem's text.
# Each call has its own Idempotency-Key, so that curl may send it again when the connection breaks.
calls=0
run=$$-$(date +%s)
call() {
  local token=$1 method=$2 path=$3 answer status
  local options=(--silent --show-error --max-time 30 --retry 2 --request "$method" --write-out '\n%{http_code}'
    --header "Authorization: Bearer $token")
  if [ "$method" = POST ]; then
    options+=(--header "Idempotency-Key: one-fault-$run-$calls-${path##*/}" --header 'Content-Type: application/json'
      --data-binary "${4:-{\}}")
  fi
  answer=$(curl "${options[@]}" "$base/api/v1$path") || { echo "one-fault: $method $path: no answer from $base" >&2; exit 1; }
  status=${answer##*$'\n'}
  case $status in
    2??) printf '%s' "${answer%$'\n'*}" ;;
    *) echo "one-fault: $method $path answered $status: ${answer%$'\n'*}" >&2; exit 1 ;;
  esac
}

# text NAME: the first text value of that name in the JSON on standard input. Enough for ids and words.
text() {
  { grep -o "\"$1\": *\"[^\"]*\"" || true; } | sed -n '1{s/^[^:]*: *"//; s/"$//; p}'
}

# step NAME [BODY] [TOKEN]: one step of the case; shows the state it leads to.
step() {
  calls=$((calls + 1))
  local answer
  answer=$(call "${3:-$TOKEN}" POST "/requests/$number/$1" "${2:-{\}}")
  printf '  %-12s -> %s\n' "$1" "$(text state <<< "$answer")"
}

echo "Finding a machine and an engineer (INT-3)"
serial=$(call "$TOKEN" GET '/equipment?limit=1' | text serialNumber)
engineer=$(call "$TOKEN" GET '/staff?role=engineer&limit=1' | text id)
[ -n "$serial" ] && [ -n "$engineer" ] || { echo "one-fault: no machine or no engineer. Fill the company first: weibao demo --data $data" >&2; exit 1; }
echo "  machine $serial, engineer $engineer"

echo "Reporting the fault (INT-1 to INT-4)"
report=$(call "$TOKEN" POST /requests '{
  "kind": "support", "channel": "hotline", "summary": "开机后图像全白，无法曝光",
  "description": "早上开机自检通过，曝光后图像全白。已重启一次，无效。",
  "serialNumber": "'"$serial"'", "contact": {"name": "李敏", "phone": "0791-86001234"}}')
number=$(text number <<< "$report")
echo "  the number to read back: $number"

echo "Working on it (FLT-1 to FLT-3)"
# A drawn signature: the smallest PNG there is.
signature='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
step accept
step acknowledge '{"contact": "李敏", "how": "phone"}'
step respond
step attempt '{"level": "phone", "result": "failed", "note": "按电话指导重新校准，图像仍为全白。"}'
step dispatch '{"engineer": "'"$engineer"'"}'
step depart
step arrive
step locate '{"cause": "hardware", "part": "平板探测器电源板"}'
step propose '{"remedy": "更换探测器电源板并重新校准"}'
step agree '{"contact": "李敏", "how": "phone"}'
step clear '{"cause": "hardware", "remedy": "已更换探测器电源板，校准后图像正常。"}'
step leave

echo "Confirming, signing off, closing (INT-5, FLT-4)"
step confirm '{"contact": "李敏", "how": "signature", "signature": "'"$signature"'"}'
step sign-off '{}' "$manager"
step close

echo "The journal of $number"
call "$TOKEN" GET "/requests/$number/journal?limit=200" | sed 's/{"position"/\n&/g' | grep '"position"' | while IFS= read -r row; do
  printf '  %s  %-16s %s\n' "$(text occurredAt <<< "$row")" "$(text event <<< "$row")" "$(text actor <<< "$row")"
done

echo "Verifying the record"
"$weibao" verify --data "$data"
