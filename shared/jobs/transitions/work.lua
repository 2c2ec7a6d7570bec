-- What a worker does with units: claim, keep, write, finish, give back.

-- Units of another version that a claim looks past.
local MOST_UNKNOWN = 2000

-- Take one unit for a worker; its job starts to run with the first.
local function take(unit, worker, node, lease_ms, is_long, now)
  local id, record = parent_of(unit), key('job', unit)
  redis.call('ZREM', key('lane', field(unit, 'lane')), unit)
  redis.call('HINCRBY', record, 'token', 1)
  local attempts = redis.call('HINCRBY', record, 'attempts', 1)
  redis.call('HSET', record, 'worker', worker, 'node', node, 'claimed_ms', digits(now))
  redis.call('ZADD', PREFIX .. 'running', now + lease_ms, unit)
  if is_long then redis.call('SADD', key('long', node), unit) end
  if unit ~= id then redis.call('HSET', record, 'state', 'running') end
  local job = redis.call('HMGET', key('job', id), 'state', 'started_ms', 'created_ms', 'lane')
  if job[1] == 'queued' then move(id, 'running', {'started_ms', digits(now)}) end
  -- Of a job that was given back the first wait counts alone.
  if not job[2] then observe_ms('wait', model_of(job[4]), now - job[3]) end
  if attempts > tonumber(field(id, 'attempts')) then redis.call('HSET', key('job', id), 'attempts', attempts) end
  local part = unit ~= id and field(unit, 'part') or '0'
  local payload = redis.call('HMGET', key('payload', id), part, 'options')
  local blame = attempts > 1 and redis.call('HGETALL', key('blame', unit)) or {}
  local taken = redis.call('HMGET', record, 'token', 'queued_ms')
  return {unit, taken[1], tostring(attempts), redis.call('HGETALL', key('job', id)), payload[1], payload[2], blame,
    taken[2], digits(now)}
end

-- The first units of a lane, as many as a claim may look at; past those of a version that is not known here.
local function first_units(lane, count)
  local from = 0
  while true do
    local units = redis.call('ZRANGE', key('lane', lane), from, from + count - 1)
    local first, last = units[1], units[#units]
    from = from + count
    if #units < count or from >= MOST_UNKNOWN or is_known(field(first, 'version')) or is_known(field(last, 'version')) then
      return units
    end
  end
end

-- Claim from one lane: in order of submission, never skipping one but long units that the node has no room for, and
-- records of another version. A unit that was tried before is taken alone, so that one that kills its worker takes no
-- other with it.
local function claim_from(lane, worker, node, lease_ms, max_jobs, max_characters, retention_ms, long_characters, max_long, now)
  local claimed, characters = {}, 0
  for _, unit in ipairs(first_units(lane, max_jobs + 4)) do
    if #claimed == tonumber(max_jobs) then break end
    local record = redis.call('HMGET', key('job', unit), 'lane', 'attempts', 'characters', 'version')
    local id = parent_of(unit)
    local deadline_ms = tonumber(field(id, 'deadline_ms') or 0)
    if not record[1] then
      redis.call('ZREM', key('lane', lane), unit)
    elseif not is_known(record[4]) then
      -- Left where it is; the reconciler says so.
    elseif deadline_ms <= now and (field(id, 'state') == 'queued' or field(id, 'has_deadline')) then
      conclude(id, 'expired', now, retention_ms, {})
    else
      local tried, more = tonumber(record[2]) > 0, tonumber(record[3])
      local is_long = more >= long_characters
      local has_room = not is_long or redis.call('SCARD', key('long', node)) < max_long
      if #claimed > 0 and (tried or characters + more > max_characters) then break end
      if has_room then
        characters = characters + more
        table.insert(claimed, take(unit, worker, node, lease_ms, is_long, now))
        if tried then break end
      end
    end
  end
  if #claimed > 0 then count_claims(lane, #claimed, now) end
  return claimed
end

-- hint_lane hint worker node lease_ms max_jobs max_characters retention_ms long_characters max_long lane [lane ...]
-- -> {lane, list of {unit, token, attempts, the job as HGETALL, payload or false, options or false, blame:<unit> as
-- HGETALL where it was tried before, queued_ms or false, the moment of the claim}} from the first lane that has something; lanes after the first that end in .bulk give one unit. hint is '' for a task's further claims.
function operations.claim(hint_lane, hint, worker, node, lease_ms, max_jobs, max_characters, retention_ms, long_characters,
    max_long, ...)
  local now = now_ms()
  if hint ~= '' then redis.call('ZREM', key('hints', hint_lane), hint) end
  for _, lane in ipairs({...}) do
    local most = string.sub(lane, -5) == '.bulk' and 1 or tonumber(max_jobs)
    local claimed = claim_from(lane, worker, node, tonumber(lease_ms), most, tonumber(max_characters),
      tonumber(retention_ms), tonumber(long_characters), tonumber(max_long), now)
    if #claimed > 0 then return {lane, claimed} end
  end
  return {'', {}}
end

-- lease_ms unit token [unit token ...] -> the units that are no longer held
function operations.renew(lease_ms, ...)
  local pairs_, lost, now = {...}, {}, now_ms()
  for i = 1, #pairs_, 2 do
    if is_held(pairs_[i], pairs_[i + 1]) then
      redis.call('ZADD', PREFIX .. 'running', now + lease_ms, pairs_[i])
    else
      table.insert(lost, pairs_[i])
    end
  end
  return lost
end

-- unit token kind field value [field value ...] -> 1, or 0 when the token is stale. Pieces of a result while the unit runs.
function operations.write(unit, token, kind, ...)
  if not is_held(unit, token) then return 0 end
  local id = parent_of(unit)
  redis.call('HSET', key(kind, id), ...)
  announce(id, 'running')
  return 1
end

-- unit token state succeeded failed problem page retention_ms [field value ...]
-- -> 1, or 0 when the token is stale (nothing is written). The unit is the job itself, or its last step.
function operations.finish(unit, token, state, succeeded, failed, problem, page, retention_ms, ...)
  if not is_held(unit, token) then return 0 end
  local id = parent_of(unit)
  local fields = {'succeeded', succeeded, 'failed', failed, ...}
  if problem ~= '' then
    table.insert(fields, 'problem')
    table.insert(fields, problem)
  end
  if page ~= '' then redis.call('HSET', key('result', id), '0', page) end
  conclude(id, field(id, 'canceling') and 'canceled' or state, now_ms(), tonumber(retention_ms), fields)
  return 1
end

-- unit token kind box succeeded failed retention_ms -> {1, lane, unit} of the last step where this was the last part,
-- {1} where it was not, {0} when the token is stale. kind: "found", or "result" where the part needs no last step.
function operations.finish_part(unit, token, kind, box, succeeded, failed, retention_ms)
  if not is_held(unit, token) then return {0} end
  local record = redis.call('HMGET', key('job', unit), 'parent', 'part')
  local id = record[1]
  redis.call('HSET', key(kind, id), record[2], box)
  drop_unit(unit)
  redis.call('HINCRBY', key('job', id), 'succeeded', succeeded)
  redis.call('HINCRBY', key('job', id), 'failed', failed)
  if redis.call('HINCRBY', key('job', id), 'parts_left', -1) == 0 then
    local lane, last = all_parts_done(id, now_ms(), tonumber(retention_ms))
    if lane then
      announce(id, 'running')
      return {1, lane, last}
    end
    return {1}
  end
  announce(id, 'running')
  return {1}
end

-- unit token place -> 1, or 0 when the token is stale. The document of this place is tried by itself now: if the worker
-- dies, it is to blame. '' ends it.
function operations.suspect(unit, token, place)
  if not is_held(unit, token) then return 0 end
  if place == '' then
    redis.call('HDEL', key('job', unit), 'trying')
  else
    redis.call('HSET', key('job', unit), 'trying', place)
  end
  return 1
end

-- Given back unharmed: the attempt does not count.
local function release_unit(unit)
  redis.call('HINCRBY', key('job', unit), 'attempts', -1)
  give_back(unit)
end

-- unit token [unit token ...] -> the units that were given back: those whose token is not stale.
function operations.release(...)
  local pairs_, released = {...}, {}
  for i = 1, #pairs_, 2 do
    if is_held(pairs_[i], pairs_[i + 1]) then
      release_unit(pairs_[i])
      table.insert(released, pairs_[i])
    end
  end
  return released
end

-- Running units whose record says `value` in the field `name`.
local function running_of(name, value)
  local found = {}
  for _, unit in ipairs(redis.call('ZRANGE', PREFIX .. 'running', 0, -1)) do
    local record = redis.call('HMGET', key('job', unit), name, 'version')
    if record[1] == value and is_known(record[2]) then table.insert(found, unit) end
  end
  return found
end

-- {lane, unit, ...}: a message for each, whatever else is under way.
local function hints_for(units, now)
  local publish = {}
  for _, unit in ipairs(units) do
    local lane = field(unit, 'lane')
    redis.call('ZADD', key('hints', lane), now, unit)
    table.insert(publish, lane)
    table.insert(publish, unit)
  end
  return publish
end

-- node -> {lane, unit, ...} of what was given back: all that a worker holds which ends now.
function operations.release_node(node)
  local units = running_of('node', node)
  for _, unit in ipairs(units) do release_unit(unit) end
  return hints_for(units, now_ms())
end
