/** Redis' own clock in milliseconds, as a text without an exponent. */
const clock = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
`;

/** Writes ARGV from `at` on: token, state, lease, memory, record. A key lives as long as the later of its lease and its memory. */
const write = `local function write(at)
  local lease = tonumber(ARGV[at + 2])
  local untilMs = lease == 0 and 0 or now + lease
  local expires = now + tonumber(ARGV[at + 3])
  redis.call('HSET', KEYS[1], 'token', ARGV[at], 'state', ARGV[at + 1], 'until', text(untilMs), 'expires', text(expires), 'record', ARGV[at + 4])
  redis.call('PEXPIREAT', KEYS[1], text(math.max(untilMs, expires)))
end
`;

/** The clock and the record; the clock alone where there is none. */
export const readScript: string = `${clock}
local found = redis.call('HMGET', KEYS[1], 'token', 'state', 'until', 'expires', 'record')
if not found[1] then return { text(now) } end
return { text(now), found[1], found[2], found[3], found[4], found[5] }
`;

/** Writes a record where there is none: 1, otherwise 0. */
export const insertScript: string = `${clock}${write}
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
write(1)
return 1
`;

/** Writes over, or removes, the record with the token ARGV[1] that is held, or whose lease ends at ARGV[2]: 1, otherwise 0. */
export const replaceScript: string = `${clock}${write}
local found = redis.call('HMGET', KEYS[1], 'token', 'state', 'until')
if found[1] ~= ARGV[1] then return 0 end
if ARGV[2] == 'held' then
  if found[2] ~= '0' then return 0 end
elseif found[3] ~= ARGV[2] then
  return 0
end
if #ARGV == 2 then redis.call('DEL', KEYS[1]) else write(3) end
return 1
`;
