#!/bin/sh
# Tests the way from this machine to a service behind AWS PrivateLink, and prints a table that its provider can read.
# Needs a POSIX shell and curl 7.68 or later. Reads and sends nothing but requests to the service.
usage='usage: sh test-connection.sh [-z NAME]... [-i SECONDS] [-k SECONDS] [-b BYTES] [-u PATH] URL

  URL         address of the service as clients use it, e.g. https://app.example.com/
  -z NAME     DNS name of the endpoint in one zone (output dns_names); give one for each zone
  -i SECONDS  how long a connection is idle before it is used again (default 360; PrivateLink ends idle connections
              after 350); 0 leaves the test out
  -k SECONDS  interval of the keep-alive packets in the second half of that test (default 60)
  -b BYTES    size of the large request (default 1048576)
  -u PATH     path that takes the large request and reads its body to the end (default: that of URL)'

zones='' idle=360 keepalive=60 bytes=1048576 upload=''
while getopts z:i:k:b:u: option; do
  case $option in
    z) zones="$zones $OPTARG" ;;
    i) idle=$OPTARG ;;
    k) keepalive=$OPTARG ;;
    b) bytes=$OPTARG ;;
    u) upload=$OPTARG ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
url=${1-}
case "$#:$url" in
  1:http://?* | 1:https://?*) ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
case "$idle:$keepalive:$bytes" in
  *[!0-9:]* | :* | *::* | *:) echo "-i, -k and -b take whole numbers" >&2; echo "$usage" >&2; exit 2 ;;
esac
command -v curl >/dev/null || { echo "curl is not installed" >&2; exit 2; }

scheme=${url%%://*}
authority=${url#*://}; authority=${authority%%/*}
case $authority in
  \[*\]:*) host=${authority%:*} port=${authority##*:} ;;
  \[*\]) host=$authority port='' ;;
  *:*) host=${authority%:*} port=${authority##*:} ;;
  *) host=$authority port='' ;;
esac
if [ -z "$port" ]; then if [ "$scheme" = https ]; then port=443; else port=80; fi; fi
if [ -z "$upload" ]; then uploaded=$url; else uploaded=$scheme://$authority/${upload#/}; fi

folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
failures=0

row() { printf '%-36s %-5s %s\n' "$1" "$2" "$3"; if [ "$2" = FAIL ]; then failures=$((failures + 1)); fi; }

# What curl says of a failure.
words() { sed -n 's/^.*\(curl: ([0-9]*)\)/\1/p' "$1" | tr '\n' ' '; }

# ask FILE ARGUMENTS…: one request; FILE.code, .address and .seconds tell what came of it, FILE.error why not.
ask() {
  file=$1; shift
  curl -sS -o /dev/null -w '%{http_code} %{remote_ip} %{time_total}\n' "$@" >"$file.answer" 2>"$file.error"
  echo $? >"$file.exit"
  read -r code address seconds <"$file.answer" || true
  status=$(cat "$file.exit") error=$(words "$file.error")
}

# Whether an address is of the ranges that VPCs use: RFC 1918, RFC 6598, and unique local IPv6 addresses.
is_private() {
  case $1 in
    10.* | 192.168.* | 172.1[6-9].* | 172.2[0-9].* | 172.3[01].*) return 0 ;;
    100.6[4-9].* | 100.[7-9][0-9].* | 100.1[01][0-9].* | 100.12[0-7].*) return 0 ;;
    [Ff][CcDd]*:*) return 0 ;;
    *) return 1 ;;
  esac
}

# Any answer below 500 shows the way; what the application thinks of the request is not the question.
answered() { [ "$status" = 0 ] && [ "$code" != 000 ] && [ "$code" -lt 500 ]; }

printf '%s, %s\n\n' "$url" "$(date -u '+%Y-%m-%d %H:%M UTC')"
row test result seen

ask "$folder/name" --max-time 20 --insecure "$url"
default_address=$address
case $status in
  6) row 'name resolves' FAIL "$error: DNS mode of the endpoint, DNS support of the VPC" ;;
  7 | 28)
    row 'name resolves' ok "yes"
    row 'service answers' FAIL "$error: security group of the endpoint, acceptance" ;;
  *)
    row 'name resolves' ok "yes"
    if is_private "$address"; then row 'address is private' ok "$address"
    else row 'address is private' FAIL "$address: the name does not lead to the endpoint in this VPC"; fi
    if answered; then row 'service answers' ok "HTTP $code in $seconds s"
    else row 'service answers' FAIL "HTTP $code $error"; fi ;;
esac

if [ "$scheme" = https ]; then
  ask "$folder/tls" --max-time 20 "$url"
  case $status in
    51 | 60) row 'certificate is valid for the name' FAIL "$error" ;;
    0) row 'certificate is valid for the name' ok "$host" ;;
    *) row 'certificate is valid for the name' FAIL "no answer: $error" ;;
  esac
else
  row 'certificate is valid for the name' - "no TLS: the address begins with http"
fi

which=''
for zone in $zones; do
  ask "$folder/zone" --max-time 20 --insecure --connect-to "$host:$port:$zone:$port" "$url"
  if answered; then row "zone answers" ok "$zone at $address, HTTP $code in $seconds s"
  else row "zone answers" FAIL "$zone: HTTP $code $error"; fi
  if [ -n "$address" ] && [ "$address" = "$default_address" ]; then which=$zone; fi
done
if [ -z "$zones" ]; then row 'zone answers' - "no -z: give the endpoint's name in each zone"
else row 'zone that answered the name' - "${which:-unknown: $default_address}"; fi

dd if=/dev/zero bs=1024 count=$(((bytes + 1023) / 1024)) 2>/dev/null | tr '\0' x >"$folder/body"
ask "$folder/large" --max-time 60 --insecure -H 'Expect:' -H 'Content-Type: text/plain' --data-binary "@$folder/body" "$uploaded"
if [ "$code" = 413 ]; then row 'large request' - "HTTP 413: the service takes less than $bytes bytes"
elif answered; then row 'large request' ok "$bytes bytes, HTTP $code in $seconds s"
else row 'large request' FAIL "$bytes bytes: HTTP $code $error: path MTU, or the service's limit"; fi

# One request whose body pauses: the connection is idle for that time, but for TCP keep-alive packets.
pausing() {
  { printf 'a'; sleep "$idle"; printf 'b'; } |
    curl -sS -o /dev/null -w '%{http_code} %{remote_ip} %{time_total}\n' --max-time $((idle + 20)) --insecure --http1.1 \
      -H 'Expect:' -H 'Content-Type: text/plain' -X POST -T . $2 "$uploaded" >"$1.answer" 2>"$1.error"
  echo $? >"$1.exit"
}

# judge NAME FILE
judge() {
  read -r code address seconds <"$2.answer" || true
  status=$(cat "$2.exit") error=$(words "$2.error")
  early=0; if [ "${seconds%%.*}" -lt $((idle - 1)) ]; then early=1; fi
  if [ "$status" = 0 ] && [ "$code" = 408 ] || { [ "$status" != 0 ] && [ "$early" = 1 ]; }; then
    row "$1" FAIL "ended after ${seconds} s (HTTP $code $error): close idle connections sooner on the client"
  elif [ "$status" != 0 ]; then row "$1" FAIL "broken when it was used again after ${seconds} s: $error"
  elif answered; then row "$1" ok "HTTP $code after ${seconds} s"
  else row "$1" FAIL "HTTP $code after ${seconds} s"; fi
}

# A service that answers before it has the body would hide what becomes of the connection.
reads_bodies() {
  ask "$folder/early" --max-time 3 --insecure --http1.1 -X POST -H 'Content-Length: 1' "$uploaded"
  [ "$status" != 0 ]
}

if [ "$idle" -gt 0 ] && ! reads_bodies; then
  row 'idle connection' - "not tested: HTTP $code before the body ended; give -u a path that reads it"
elif [ "$idle" -gt 0 ]; then
  echo "(idle for $idle s …)" >&2
  pausing "$folder/with" "--keepalive-time $keepalive" & with=$!
  pausing "$folder/without" --no-keepalive & without=$!
  wait "$with" "$without"
  judge "idle $idle s, keep-alive" "$folder/with"
  judge "idle $idle s, no keep-alive" "$folder/without"
else
  row 'idle connection' - 'left out (-i 0)'
fi

if [ "$failures" -gt 0 ]; then printf '\n%s failed\n' "$failures"; exit 1; fi
printf '\nall passed\n'
