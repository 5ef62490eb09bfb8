-- Publishes one event (contract §4). Any publisher may run it, in any language.
--   KEYS[1] stream, e.g. sse:news
--   KEYS[2] idempotency key, e.g. sse-idem:news:KEY; left out for none
--   ARGV[1] type ('' for none)        ARGV[2] data
--   ARGV[3] Pub/Sub channel, e.g. sse:channel:news: no key, which a Redis would miss while it moves a slot
--   ARGV[4] entries kept (MAXLEN ~)   ARGV[5] expiry of the stream, ms
--   ARGV[6] PUBLISH or SPUBLISH       ARGV[7] expiry of the idempotency key, ms
-- Returns {id, prev}: the new entry's id and that of the one before it ('0-0' for none). For a repeated key {id} alone: nothing was
-- published. For a key that was used for other data the error KEYREUSED.
local digest
if KEYS[2] then
  digest = redis.sha1hex(ARGV[1] .. '\n' .. ARGV[2])
  local known = redis.call('GET', KEYS[2])
  if known then
    local id, used = string.match(known, '^(%S+) (%S+)$')
    if used == digest then
      return {id}
    end
    return redis.error_reply('KEYREUSED the idempotency key was used for other data')
  end
end
local last, prev = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1], '0-0'
if last then
  prev = last[1]
elseif redis.call('EXISTS', KEYS[1]) == 1 then
  -- Emptied, but there were entries: who missed them must see that.
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      prev = info[i + 1]
    end
  end
end
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 'type', ARGV[1], 'data', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
if digest then
  redis.call('SET', KEYS[2], id .. ' ' .. digest, 'PX', ARGV[7])
end
redis.call(ARGV[6], ARGV[3], '{"id":"' .. id .. '","prev":"' .. prev .. '","type":' .. cjson.encode(ARGV[1])
  .. ',"data":' .. cjson.encode(ARGV[2]) .. '}')
return {id, prev}
