-- Units of work: a job of one part, a part of a larger one, or its last step. Each has a lane, a lease, a token.

local RATE_MEMORY_S = @RATE_MEMORY_S@

local function enqueue(unit, lane, sequence)
  redis.call('ZADD', key('lane', lane), sequence, unit)
  redis.call('SADD', PREFIX .. 'lanes', lane)
end

local function parent_of(unit) return field(unit, 'parent') or unit end

-- Take a unit out of whatever holds it: lane or running.
local function unhand(unit)
  local record = redis.call('HMGET', key('job', unit), 'lane', 'node')
  if record[1] then redis.call('ZREM', key('lane', record[1]), unit) end
  redis.call('ZREM', PREFIX .. 'running', unit)
  if record[2] then redis.call('SREM', key('long', record[2]), unit) end
end

local function add_part(id, part, lane, sequence, characters, total)
  local unit = id .. '.' .. part
  redis.call('HSET', key('job', unit), 'version', VERSION, 'parent', id, 'part', part, 'lane', lane, 'state', 'queued', 'token', 0,
    'attempts', 0, 'sequence', sequence, 'characters', characters, 'total', total, 'queued_ms', digits(now_ms()))
  enqueue(unit, lane, sequence)
end

-- parts: list of {lane, characters, documents}
local function add_parts(id, sequence, parts)
  for index, part in ipairs(parts) do add_part(id, index - 1, part[1], sequence, part[2], part[3]) end
end

local function drop_unit(unit)
  unhand(unit)
  redis.call('DEL', key('job', unit), key('blame', unit))
end

local function drop_parts(id)
  local parts = tonumber(field(id, 'parts'))
  if parts > 1 then
    for part = 0, parts - 1 do drop_unit(id .. '.' .. part) end
    drop_unit(id .. '.end')
  end
end

-- Whether this token still holds the unit.
local function is_held(unit, token)
  return redis.call('ZSCORE', PREFIX .. 'running', unit) and field(unit, 'token') == token
end

-- Messages to send for `lane`, of at most `wanted`: none once every process that could take one has one.
local function new_hints(lane, units, max_hints, hint_lost_ms, now)
  local hints, publish = key('hints', lane), {}
  local free = tonumber(max_hints) - redis.call('ZCOUNT', hints, now - hint_lost_ms, '+inf')
  for index = 1, math.min(free, #units) do
    redis.call('ZADD', hints, now, units[index])
    table.insert(publish, lane)
    table.insert(publish, units[index])
  end
  return publish
end

-- An exponentially forgetting count of claims; a reader divides it by the memory (shared/jobs/queue.py).
local function count_claims(lane, claimed, now)
  local rate = key('rate', lane)
  local known = redis.call('HMGET', rate, 'count', 'at_ms')
  local count = 0
  if known[1] then count = tonumber(known[1]) * math.exp((tonumber(known[2]) - now) / 1000 / RATE_MEMORY_S) end
  redis.call('HSET', rate, 'count', string.format('%.6f', count + claimed), 'at_ms', digits(now))
  redis.call('EXPIRE', rate, 10 * RATE_MEMORY_S)
end

-- Messages for the parts of a job, lane by lane.
local function hints_for_parts(id, parts, max_hints, hint_lost_ms, now)
  local by_lane, publish = {}, {}
  for index, part in ipairs(parts) do
    by_lane[part[1]] = by_lane[part[1]] or {}
    table.insert(by_lane[part[1]], id .. '.' .. (index - 1))
  end
  for lane, units in pairs(by_lane) do
    for _, value in ipairs(new_hints(lane, units, max_hints, hint_lost_ms, now)) do table.insert(publish, value) end
  end
  return publish
end
