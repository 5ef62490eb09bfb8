-- Describes a stream at one moment. Reads only.
--   KEYS[1] stream    ARGV[1] an id
-- Returns {} when there is no stream, else {oldest, newest, length, added, floor}: the first entry held ('0-0' for none), the
-- last id ever given, entries held, entries ever added (-1: this Redis does not count them), the greatest entry held that is
-- not above the id ('0-0' for none).
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
local info, fields = redis.call('XINFO', 'STREAM', KEYS[1]), {}
for i = 1, #info, 2 do
  fields[info[i]] = info[i + 1]
end
local first = fields['first-entry']
local floor = redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', 1)[1]
return {
  first and first[1] or '0-0', fields['last-generated-id'], fields['length'], fields['entries-added'] or -1,
  floor and floor[1] or '0-0'}
