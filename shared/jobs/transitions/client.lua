-- What a client asks of a job that exists.

-- id retention_ms -> {1, ...} as finish_part where the job stops, {0} when it has ended. Parts that nobody began are
-- given up; those that run end first, and what they found is kept. A job of one part stops at once.
function operations.cancel(id, retention_ms)
  local state = field(id, 'state')
  if not state or not next(LEGAL[state]) then return {0} end
  local now, retention = now_ms(), tonumber(retention_ms)
  local parts = tonumber(field(id, 'parts'))
  if state == 'queued' or parts == 1 then
    conclude(id, 'canceled', now, retention, {})
    return {1}
  end
  redis.call('HSET', key('job', id), 'canceling', 1)
  local left
  for part = 0, parts - 1 do
    local unit = id .. '.' .. part
    if field(unit, 'state') == 'queued' then left = select(2, lose_part(unit, 'canceled')) end
  end
  announce(id, 'running')
  if left == 0 then
    local lane, last = all_parts_done(id, now, retention)
    if lane then return {1, lane, last} end
  end
  return {1}
end

-- id receipt receipt_ms retention_ms -> the receipt: this one, or that of an earlier erasure; false: no such job. Its
-- deliveries may outlive the record: then they are what is erased.
function operations.erase(id, receipt, receipt_ms, retention_ms)
  local client, now = field(id, 'client'), now_ms()
  if not client and redis.call('EXISTS', key('event', id)) == 0 then return redis.call('GET', key('receipt', id)) end
  redis.call('SET', '@REWRITE@', digits(now), 'NX')
  if not client then
    drop_deliveries(id)
    redis.call('SET', key('receipt', id), receipt, 'PX', receipt_ms)
    return receipt
  end
  if next(LEGAL[field(id, 'state')]) then conclude(id, 'canceled', now_ms(), tonumber(retention_ms), {}) end
  for _, kind in ipairs({'job', 'payload', 'file', 'found', 'lost', 'result', 'output'}) do
    redis.call('DEL', key(kind, id))
  end
  drop_deliveries(id)
  redis.call('ZREM', key('jobs', client), id)
  redis.call('ZREM', PREFIX .. 'expiries', client .. ' ' .. id)
  redis.call('ZREM', PREFIX .. 'dead-letters', id)
  redis.call('SET', key('receipt', id), receipt, 'PX', receipt_ms)
  return receipt
end

-- id durability -> the revision, or false: no such job
function operations.mark_durability(id, durability)
  if not field(id, 'state') then return false end
  redis.call('HSET', key('job', id), 'durability', durability)
  return redis.call('HINCRBY', key('job', id), 'revision', 1)
end

-- client before from_ms to_ms limit max_scanned [state ...] -> {next, record, record ...}: newest first; `next` is the
-- cursor that goes on, or '' at the end. before: a cursor, or ''. A page may be short where few of many fit.
function operations.list(client, before, from_ms, to_ms, limit, max_scanned, ...)
  local states, jobs = {}, key('jobs', client)
  for _, state in ipairs({...}) do states[state] = true end
  local highest = to_ms == '' and '+inf' or digits(tonumber(to_ms) * 4096 + 4095)
  if before ~= '' then highest = '(' .. before end
  local lowest = from_ms == '' and '-inf' or digits(tonumber(from_ms) * 4096)
  local found, cursor = {}, ''
  local entries = redis.call('ZREVRANGEBYSCORE', jobs, highest, lowest, 'WITHSCORES', 'LIMIT', 0, max_scanned)
  for i = 1, #entries, 2 do
    if #found == tonumber(limit) then return {cursor, unpack(found)} end
    local id, state = entries[i], field(entries[i], 'state')
    cursor = digits(tonumber(entries[i + 1]))
    if not state then
      redis.call('ZREM', jobs, id)
    elseif not next(states) or states[state] then
      table.insert(found, redis.call('HGETALL', key('job', id)))
    end
  end
  if #entries / 2 < tonumber(max_scanned) then cursor = '' end
  return {cursor, unpack(found)}
end

-- lane -> {{count, at_ms}, the time as TIME gives it}
function operations.rate(lane)
  return {redis.call('HMGET', key('rate', lane), 'count', 'at_ms'), redis.call('TIME')}
end
