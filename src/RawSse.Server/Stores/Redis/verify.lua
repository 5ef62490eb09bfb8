-- Tells a stream's last id, so that a node can compare it with its own.
--   KEYS[1] stream    ARGV[1] ms after which the stream is to expire, if it has an expiry at all; 0 leaves that alone
-- Returns the last id ever given, '0-0' when there is no stream.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return '0-0'
end
if ARGV[1] ~= '0' and redis.call('PTTL', KEYS[1]) >= 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    return info[i + 1]
  end
end
