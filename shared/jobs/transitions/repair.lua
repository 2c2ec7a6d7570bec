-- What a dead worker left behind is put in order.

-- How often a unit is tried while the documents in it that kill its worker are being found: so many times max_attempts.
local MOST_SEARCHED = 4

-- Of attempts that a death ended: {unit, traceparent, claimed_ms, attempt, problem, ...}, for the one who repairs to tell.
local lost_attempts = {}

local function note_lost(unit, problem)
  local traceparent = field(parent_of(unit), 'traceparent')
  if not traceparent then return end
  local record = redis.call('HMGET', key('job', unit), 'claimed_ms', 'attempts')
  for _, value in ipairs({unit, traceparent, record[1] or '0', record[2], problem}) do table.insert(lost_attempts, value) end
end

-- A job that its worker did not outlive: its payload is kept, so that an operator can have it done again.
local function bury(id, problem, now, retention_ms)
  redis.call('HSET', key('job', id), 'dead', 1)
  redis.call('ZADD', PREFIX .. 'dead-letters', now, id)
  conclude(id, 'failed', now, retention_ms, {'succeeded', 0, 'failed', field(id, 'total'), 'problem', problem})
end

-- The worker of a running unit is gone: the unit goes back, or fails with `problem` when it was tried often enough.
-- Attempts that ended at a document which was tried by itself count for that document alone. -> whether it went back
local function lease_lost(unit, problem, max_attempts, retention_ms, now)
  note_lost(unit, problem)
  local record, blame = key('job', unit), key('blame', unit)
  local place = redis.call('HGET', record, 'trying')
  if place then
    redis.call('HINCRBY', blame, place, 1)
    redis.call('HSET', blame, place .. ':why', problem)
    redis.call('HINCRBY', record, 'blamed', 1)
  end
  local tried = redis.call('HMGET', record, 'attempts', 'blamed', 'part')
  local attempts = tonumber(tried[1])
  local is_back = attempts - tonumber(tried[2] or 0) < max_attempts and attempts < MOST_SEARCHED * max_attempts
  count('lease_lost', model_of(field(unit, 'lane')), is_back and 'tried_again' or 'given_up')
  if is_back then
    give_back(unit)
    return true
  end
  local id = parent_of(unit)
  if tried[3] and tried[3] ~= 'end' then
    local _, left = lose_part(unit, problem)
    if left == 0 then all_parts_done(id, now, retention_ms) else announce(id, 'running') end
  else
    bury(id, problem, now, retention_ms)
  end
  return false
end

-- worker problem max_attempts retention_ms -> {{units given back}, {units that failed}, {lane, unit, ...}, lost_attempts,
-- now}: a process died, and the one that watched it knows why. The third list is the messages to publish.
function operations.lose(worker, problem, max_attempts, retention_ms)
  local now, requeued, failed = now_ms(), {}, {}
  for _, unit in ipairs(running_of('worker', worker)) do
    local is_back = lease_lost(unit, problem, tonumber(max_attempts), tonumber(retention_ms), now)
    table.insert(is_back and requeued or failed, unit)
  end
  return {requeued, failed, hints_for(requeued, now), lost_attempts, now}
end

local function expire_jobs(now, retention_ms, limit, unknown)
  local expired = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'deadlines', '-inf', now, 'LIMIT', 0, limit)) do
    local record = redis.call('HMGET', key('job', id), 'state', 'version')
    if record[1] and not is_known(record[2]) then
      table.insert(unknown, id)
    elseif record[1] and next(LEGAL[record[1]]) then
      conclude(id, 'expired', now, retention_ms, {})
      table.insert(expired, id)
    else
      redis.call('ZREM', PREFIX .. 'deadlines', id)
    end
  end
  return expired
end

-- Ended jobs whose retention is over: their records went by themselves, and so does what names them. More of them a
-- pass than can end between two: at a limit of 200 every two seconds the names of a busy service piled up (`make soak`).
local function forget_jobs(now, limit)
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'expiries', '-inf', now, 'LIMIT', 0, limit)) do
    local client, id = string.match(entry, '^(.*) (.-)$')
    redis.call('ZREM', key('jobs', client), id)
    redis.call('ZREM', PREFIX .. 'dead-letters', id)
    redis.call('ZREM', PREFIX .. 'expiries', entry)
  end
end

-- A message for each lane that holds something and has none under way.
local function hints_for_lanes(now, hint_lost_ms, unknown)
  local publish = {}
  for _, lane in ipairs(redis.call('SMEMBERS', PREFIX .. 'lanes')) do
    local hints = key('hints', lane)
    redis.call('ZREMRANGEBYSCORE', hints, '-inf', '(' .. digits(now - hint_lost_ms))
    local head = redis.call('ZRANGE', key('lane', lane), 0, 0)[1]
    local is_hinted = redis.call('ZCARD', hints) > 0
    if head and not is_known(field(head, 'version')) then table.insert(unknown, head) end
    if not head and not is_hinted then
      redis.call('SREM', PREFIX .. 'lanes', lane)
    elseif head and not is_hinted then
      redis.call('ZADD', hints, now, head)
      table.insert(publish, lane)
      table.insert(publish, head)
    end
  end
  if #publish > 0 then count_many(#publish / 2, 'message_sent_again') end
  return publish
end

-- max_attempts hint_lost_ms retention_ms limit -> {{units given back}, {units that failed}, {jobs expired},
-- {lane, unit, ...}, {units of a version that is not known here}, lost_attempts, now}. The fourth list is the messages to
-- publish.
function operations.reconcile(max_attempts, hint_lost_ms, retention_ms, limit)
  local now, retention = now_ms(), tonumber(retention_ms)
  local requeued, failed, unknown = {}, {}, {}
  for _, unit in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'running', '-inf', now, 'LIMIT', 0, limit)) do
    local record = redis.call('HMGET', key('job', unit), 'attempts', 'version')
    if not record[1] then
      redis.call('ZREM', PREFIX .. 'running', unit)
    elseif not is_known(record[2]) then
      table.insert(unknown, unit)
    else
      local is_back = lease_lost(unit, 'poison', tonumber(max_attempts), retention, now)
      table.insert(is_back and requeued or failed, unit)
    end
  end
  local expired = expire_jobs(now, retention, limit, unknown)
  forget_jobs(now, 10 * limit)
  return {requeued, failed, expired, hints_for_lanes(now, tonumber(hint_lost_ms), unknown), unknown, lost_attempts, now}
end

-- before limit -> {next, job as HGETALL, ...}: dead letters, newest first. before: a cursor, or ''; next: the one that goes
-- on, '' at the end.
function operations.dead_letters(before, limit)
  local letters, most = PREFIX .. 'dead-letters', tonumber(limit)
  local from = before == '' and 0 or redis.call('ZREVRANK', letters, before)
  -- The one at which the last page ended may be gone: then there is no telling where it was.
  if not from then return {''} end
  local found = {''}
  local ids = redis.call('ZREVRANGE', letters, before == '' and 0 or from + 1, (before == '' and 0 or from + 1) + most - 1)
  for _, id in ipairs(ids) do
    local record = redis.call('HGETALL', key('job', id))
    if #record > 0 then table.insert(found, record) end
  end
  if #ids == most then found[1] = ids[most] end
  return found
end

-- id replayed_as -> 1: the dead letter was done again, as this job; 0: there is no such dead letter.
function operations.mark_replayed(id, replayed_as)
  if not redis.call('ZSCORE', PREFIX .. 'dead-letters', id) then return 0 end
  redis.call('HSET', key('job', id), 'replayed_as', replayed_as)
  return 1
end
