#!/bin/sh
# Publishes one event through Redis, with redis-cli and without RawSse: publisher.sh [--redis URL] [--plain] CHANNEL TYPE DATA
set -eu

usage() {
  echo "usage: publisher.sh [--redis URL] [--plain] CHANNEL TYPE DATA (TYPE '' for none)" >&2
  exit 2
}

url=${REDIS_URL:-redis://127.0.0.1:6379}
plain=
while :; do
  case "${1-}" in
    --redis) [ $# -ge 2 ] || usage; url=$2; shift 2 ;;
    --plain) plain=yes; shift ;;
    --) shift; break ;;
    --*) usage ;;
    *) break ;;
  esac
done
[ $# -eq 3 ] || usage
channel=$1 type=$2 data=$3

# What the nodes keep by default (--max-length, --ttl), and how long they would know an idempotency key, which is no part of
# this sample: it would be a third key of the script.
max_length=10000
ttl_ms=86400000
key_ms=300000

# Pub/Sub knows no databases, so any but 0 stands in the name.
path=${url#*://}
case "$path" in
  */*) db=${path##*/} ;;
  *) db= ;;
esac
stream=sse:$channel
case "$db" in
  '' | 0) pubsub=sse:channel:$channel ;;
  *) pubsub=sse:channel:$db:$channel ;;
esac

redis() {
  redis-cli -u "$url" --no-auth-warning "$@"
}

# redis-cli prints an error where the reply would be. A reply of several parts begins with the id.
print_id() {
  id=${1%%
*}
  case "$id" in
    '' | *[!0-9-]*) echo "publisher.sh: $1" >&2; exit 1 ;;
  esac
  echo "$id"
}

# One script reads the last id, adds the event and rings with both ids, so that nodes can pass the event on as it comes.
publish() {
  script=$(dirname "$0")/../../src/RawSse.Server/Stores/Redis/publish.lua
  sha=$(sha1sum < "$script" | cut -d ' ' -f 1)
  reply=$(run "$sha")
  case "$reply" in
    NOSCRIPT*)
      redis -x SCRIPT LOAD < "$script" > /dev/null
      reply=$(run "$sha")
      ;;
  esac
  print_id "$reply"
}

run() {
  redis EVALSHA "$1" 1 "$stream" "$type" "$data" "$pubsub" "$max_length" "$ttl_ms" PUBLISH "$key_ms"
}

# The stream is what counts; the message only says that there is something to read, so it need not hold the event.
publish_plain() {
  id=$(print_id "$(redis XADD "$stream" MAXLEN '~' "$max_length" '*' type "$type" data "$data")")
  redis PEXPIRE "$stream" "$ttl_ms" > /dev/null
  redis PUBLISH "$pubsub" "{\"id\":\"$id\"}" > /dev/null
  echo "$id"
}

if [ -n "$plain" ]; then publish_plain; else publish; fi
