-- How a job changes its state, and how it ends.

local function announce(id, to)
  local revision = digits(redis.call('HINCRBY', key('job', id), 'revision', 1))
  if next(LEGAL[to]) then
    redis.call('PUBLISH', MOVES .. id, revision)
  else
    redis.call('PUBLISH', ENDS, id .. ' ' .. revision .. ' ' .. to)
  end
end

-- Every change of a job's state goes through here; fields is a flat list for HSET.
local function move(id, to, fields)
  local from = field(id, 'state')
  if not LEGAL[from][to] then error('illegal move ' .. from .. ' to ' .. to) end
  redis.call('HSET', key('job', id), 'state', to, unpack(fields))
  if from == 'queued' and not field(id, 'has_deadline') then redis.call('ZREM', PREFIX .. 'deadlines', id) end
  if to == 'queued' then redis.call('ZADD', PREFIX .. 'deadlines', field(id, 'deadline_ms'), id) end
  announce(id, to)
end

-- record: lane and started_ms; fields: those of the end.
local function count_end(to, now, lane, started_ms, fields)
  local model = model_of(lane)
  count('ended', model, to)
  if started_ms then observe_ms('run', model, now - started_ms) end
  for i = 1, #fields, 2 do
    if to == 'failed' and fields[i] == 'problem' then count('problem', fields[i + 1]) end
  end
end

-- A move to an end: units dropped, times set, payload gone, the record kept for its retention.
local function conclude(id, to, now, retention_ms, fields)
  local record = redis.call('HMGET', key('job', id), 'client', 'keep_input', 'dead', 'lane', 'started_ms')
  count_end(to, now, record[4], record[5], fields)
  unhand(id)
  drop_parts(id)
  for _, value in ipairs({'finished_ms', digits(now), 'expires_ms', digits(now + retention_ms)}) do
    table.insert(fields, value)
  end
  move(id, to, fields)
  redis.call('ZREM', PREFIX .. 'deadlines', id)
  redis.call('ZADD', PREFIX .. 'expiries', now + retention_ms, record[1] .. ' ' .. id)
  redis.call('SREM', key('active', record[1]), id)
  redis.call('DEL', key('found', id), key('lost', id), key('blame', id))
  if not record[2] and not record[3] then redis.call('DEL', key('payload', id), key('file', id)) end
  for _, kind in ipairs({'job', 'payload', 'file', 'result', 'output'}) do
    redis.call('PEXPIRE', key(kind, id), retention_ms)
  end
  queue_deliveries(id, record[1], to, now)
end

-- A job whose documents are all done, or given up: its last step is queued where there is one.
-- -> the lane and unit of that step, or nothing
local function all_parts_done(id, now, retention_ms)
  if field(id, 'assembles') or redis.call('EXISTS', key('lost', id)) == 1 then
    local record = redis.call('HMGET', key('job', id), 'lane', 'sequence', 'characters', 'total')
    add_part(id, 'end', record[1], record[2], record[3], record[4])
    return record[1], id .. '.end'
  end
  conclude(id, field(id, 'canceling') and 'canceled' or 'succeeded', now, retention_ms, {})
end

-- One part will never be done: its documents fail with `problem`.
local function lose_part(unit, problem)
  local record = redis.call('HMGET', key('job', unit), 'parent', 'part', 'total')
  redis.call('HSET', key('lost', record[1]), record[2], problem)
  redis.call('HINCRBY', key('job', record[1]), 'failed', record[3])
  drop_unit(unit)
  return record[1], redis.call('HINCRBY', key('job', record[1]), 'parts_left', -1)
end

-- A running unit to its old place in its lane.
local function give_back(unit)
  unhand(unit)
  redis.call('HDEL', key('job', unit), 'trying')
  redis.call('HSET', key('job', unit), 'queued_ms', digits(now_ms()))
  local record = redis.call('HMGET', key('job', unit), 'lane', 'sequence')
  enqueue(unit, record[1], record[2])
  if parent_of(unit) == unit then
    move(unit, 'queued', {})
  else
    redis.call('HSET', key('job', unit), 'state', 'queued')
  end
end
