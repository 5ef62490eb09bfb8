-- Publishes one event (contract §4). Any publisher may run it, in any language.
--   KEYS[1] stream, e.g. sse:news
--   KEYS[2] Pub/Sub channel, e.g. sse:channel:news
--   KEYS[3] idempotency key, e.g. sse-idem:news:KEY; left out for none
--   ARGV[1] type ('' for none)        ARGV[2] data
--   ARGV[3] entries kept (MAXLEN ~)   ARGV[4] expiry of the stream, ms
--   ARGV[5] PUBLISH or SPUBLISH       ARGV[6] expiry of the idempotency key, ms
-- Returns {id, prev}: the new entry's id and the one before it ('0-0' for none). For a repeated key {id} alone: nothing was
-- published. For a key that was used for other data the error KEYREUSED.
local digest
if KEYS[3] then
  digest = redis.sha1hex(ARGV[1] .. '\n' .. ARGV[2])
  local known = redis.call('GET', KEYS[3])
  if known then
    local id, used = string.match(known, '^(%S+) (%S+)$')
    if used == digest then
      return {id}
    end
    return redis.error_reply('KEYREUSED the idempotency key was used for other data')
  end
end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local prev = last and last[1] or '0-0'
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'type', ARGV[1], 'data', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if digest then
  redis.call('SET', KEYS[3], id .. ' ' .. digest, 'PX', ARGV[6])
end
redis.call(ARGV[5], KEYS[2], '{"id":"' .. id .. '","prev":"' .. prev .. '","type":' .. cjson.encode(ARGV[1])
  .. ',"data":' .. cjson.encode(ARGV[2]) .. '}')
return {id, prev}
