#!/bin/sh
# Tests the way from this machine to a service behind AWS PrivateLink, and prints a table that its provider can read.
# Needs a POSIX shell and curl 7.68 or later. Reads and sends nothing but requests to the service.
usage='usage: sh test-connection.sh [-z NAME]... [-i SECONDS] [-k SECONDS] [-b BYTES] [-u PATH] [-t SECONDS] URL

  URL         address of the service as clients use it, e.g. https://app.example.com/
  -z NAME     DNS name of the endpoint in one zone (output dns_names); give one for each zone
  -i SECONDS  how long a connection is idle before it is used again (default 360; PrivateLink ends idle connections
              after 350); 0 leaves the test out
  -k SECONDS  interval of the keep-alive packets that one of its two connections sends (default 60)
  -b BYTES    size of the large request (default 1048576)
  -u PATH     path that takes the large request and reads its body to the end (default: that of URL)
  -t SECONDS  how long a request may take (default 20; the large one three times as long)'

# Arguments of curl hold brackets of IPv6 addresses.
set -f
zones='' idle=360 keepalive=60 bytes=1048576 upload='' limit=20
while getopts z:i:k:b:u:t: option; do
  case $option in
    z) zones="$zones $OPTARG" ;;
    i) idle=$OPTARG ;;
    k) keepalive=$OPTARG ;;
    b) bytes=$OPTARG ;;
    u) upload=$OPTARG ;;
    t) limit=$OPTARG ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
url=${1-}
case "$#:$url" in
  1:http://?* | 1:https://?*) ;;
  *) echo "$usage" >&2; exit 2 ;;
esac
case "$idle:$keepalive:$bytes:$limit" in
  *[!0-9:]* | :* | *::* | *:) echo "-i, -k, -b and -t take whole numbers" >&2; echo "$usage" >&2; exit 2 ;;
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

# ask FILE ARGUMENTS…: one request; code, address and seconds tell what came of it, status and error why not. A proxy
# would hide the way that is tested.
ask() {
  file=$1; shift
  curl -sS --noproxy '*' -o /dev/null -w '%{http_code} %{time_total} %{remote_ip}\n' "$@" >"$file.answer" 2>"$file.error"
  echo $? >"$file.exit"
  outcome "$file"
}

outcome() {
  # Where there was no connection, there is no address.
  read -r code seconds address <"$1.answer" || true
  status=$(cat "$1.exit") error=$(words "$1.error")
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

ask "$folder/name" -v --max-time "$limit" --insecure "$url"
default_address=$address reached=no
if [ "$status" = 0 ]; then reached=yes; fi
# Addresses that the name led to, as far as curl went.
tried=$(sed -n 's/^\* *Trying \[\{0,1\}\([^] ]*\)\]\{0,1\}:[0-9]*\.\.\..*/\1/p' "$folder/name.error")
if [ -z "$tried" ] && [ "$reached" = yes ]; then tried=$address; fi
public=''
for one in $tried; do if ! is_private "$one"; then public="$public$one "; fi; done

case $error in
  *[Rr]esolv*)
    row 'name resolves' FAIL "$error: DNS mode of the endpoint, DNS support of the VPC"
    row 'address is private' - 'not tested: no address'
    row 'service answers' - 'not tested: no address' ;;
  *)
    row 'name resolves' ok "yes"
    if [ -n "$public" ]; then row 'address is private' FAIL "$public: the name does not lead to the endpoint in this VPC"
    elif [ -n "$tried" ]; then row 'address is private' ok "$(echo $tried)"
    else row 'address is private' - 'unknown: curl tells no address'; fi
    if answered; then row 'service answers' ok "HTTP $code in $seconds s"
    elif [ "$reached" = yes ]; then row 'service answers' FAIL "HTTP $code"
    elif [ -n "$public" ]; then row 'service answers' - 'not tested: the name does not lead to the endpoint'
    else
      case $scheme:$status in
        *:7 | *:28) row 'service answers' FAIL "$error: security group of the endpoint, acceptance" ;;
        https:35 | https:56) row 'service answers' FAIL "$error: the service may ask for a client certificate" ;;
        *) row 'service answers' FAIL "$error" ;;
      esac
    fi ;;
esac
# Why what follows is not tested; a service that is broken would only fail once more.
unreached='not tested: the service did not answer' untested=''
if [ "$reached" = no ]; then untested=$unreached; elif ! answered; then untested="not tested: HTTP $code"; fi

# What follows uses the address that answered: a zone that does not answer would take up the time.
case $default_address in *:*) pinned="[$default_address]" ;; *) pinned=$default_address ;; esac
pin="--connect-to $host:$port:$pinned:$port"

if [ "$scheme" != https ]; then
  row 'certificate is valid for the name' - "no TLS: the address begins with http"
elif [ "$reached" = no ]; then
  row 'certificate is valid for the name' - "$unreached"
else
  ask "$folder/tls" --max-time "$limit" $pin "$url"
  case $status in
    51 | 60) row 'certificate is valid for the name' FAIL "$error" ;;
    0) row 'certificate is valid for the name' ok "$host" ;;
    *) row 'certificate is valid for the name' FAIL "no answer: $error" ;;
  esac
fi

which=''
for zone in $zones; do
  ask "$folder/zone" --max-time "$limit" --insecure --connect-to "$host:$port:$zone:$port" "$url"
  if answered; then row "zone answers" ok "$zone at $address, HTTP $code in $seconds s"
  elif [ "$status" = 0 ]; then row "zone answers" FAIL "$zone: HTTP $code"
  else row "zone answers" FAIL "$zone: $error"; fi
  if [ "$reached" = yes ] && [ "$status" = 0 ] && [ "$address" = "$default_address" ]; then which=$zone; fi
done
if [ -z "$zones" ]; then row 'zone answers' - "no -z: give the endpoint's name in each zone"
elif [ "$reached" = no ]; then row 'zone that answered the name' - none
else row 'zone that answered the name' - "${which:-unknown: $default_address}"; fi

if [ -n "$untested" ]; then
  row 'large request' - "$untested"
else
  dd if=/dev/zero bs=1024 count=$(((bytes + 1023) / 1024)) 2>/dev/null | tr '\0' x >"$folder/body"
  ask "$folder/large" --max-time $((limit * 3)) --insecure $pin -H 'Expect:' -H 'Content-Type: text/plain' \
    --data-binary "@$folder/body" "$uploaded"
  if [ "$code" = 413 ]; then row 'large request' - "HTTP 413: the service takes less than $bytes bytes"
  elif answered; then row 'large request' ok "$bytes bytes, HTTP $code in $seconds s"
  else row 'large request' FAIL "$bytes bytes: HTTP $code $error: path MTU, or the service's limit"; fi
fi

# One request whose body pauses: the connection is idle for that time, but for TCP keep-alive packets. With --max-time, curl
# would wait for the body alone, and notice the end of the connection only after it.
pausing() {
  {
    printf 'a'; sleep "$idle"; printf 'b'
    # Nobody may answer to a connection that was forgotten; TCP itself would try for a quarter of an hour.
    exec >/dev/null
    left=$limit
    while [ "$left" -gt 0 ] && [ ! -s "$1.answer" ]; do sleep 1; left=$((left - 1)); done
    if [ ! -s "$1.answer" ]; then kill "$(cat "$1.pid")"; fi
  } 2>/dev/null | {
    sh -c 'echo $$ >"$0"; exec curl "$@"' "$1.pid" -sS --noproxy '*' -o /dev/null \
      -w '%{http_code} %{time_total} %{remote_ip}\n' --connect-timeout "$limit" --insecure --http1.1 $pin -H 'Expect:' \
      -H 'Content-Type: text/plain' -X POST -T . $2 "$uploaded" >"$1.answer" 2>"$1.error"
    echo $? >"$1.exit"
  }
}

# judge NAME FILE LIMIT: what became of the connection. PrivateLink itself ends one that is silent for LIMIT seconds.
judge() {
  code=000 seconds=$idle
  if [ -s "$2.answer" ]; then outcome "$2"; else status=28 error="no answer within $limit s"; fi
  early=0; if [ "${seconds%%.*}" -lt $((idle - 1)) ]; then early=1; fi
  if [ "$status" = 0 ] && [ "$code" = 408 ] || { [ "$status" != 0 ] && [ "$early" = 1 ]; }; then
    row "$1" FAIL "ended after ${seconds} s (HTTP $code $error): close idle connections sooner on the client"
  elif [ "$status" != 0 ] && [ "$3" -gt 0 ] && [ "$idle" -ge "$3" ]; then
    row "$1" - "broken after $idle s, as every silent one after $3 s: clients need keep-alive"
  elif [ "$status" != 0 ]; then row "$1" FAIL "broken when it was used again after $idle s: $error"
  elif answered; then row "$1" ok "HTTP $code after ${seconds} s"
  else row "$1" FAIL "HTTP $code after ${seconds} s"; fi
}

# A service that answers before it has the body would hide what becomes of the connection.
reads_bodies() {
  ask "$folder/early" --max-time 3 --insecure --http1.1 $pin -X POST -H 'Content-Type: text/plain' \
    -H 'Content-Length: 1' "$uploaded"
  [ "$status" != 0 ] || [ "$code" = 408 ]
}

if [ "$idle" -eq 0 ]; then
  row 'idle connection' - 'left out (-i 0)'
elif [ -n "$untested" ]; then
  row 'idle connection' - "$untested"
elif ! reads_bodies; then
  row 'idle connection' - "not tested: HTTP $code before the body ended; give -u a path that reads it"
else
  echo "(idle for $idle s …)" >&2
  pausing "$folder/with" "--keepalive-time $keepalive" & with=$!
  pausing "$folder/without" --no-keepalive & without=$!
  wait "$with" "$without"
  judge "idle $idle s, keep-alive" "$folder/with" 0
  judge "idle $idle s, no keep-alive" "$folder/without" 350
fi

if [ "$failures" -gt 0 ]; then printf '\n%s failed\n' "$failures"; exit 1; fi
printf '\nall passed\n'
