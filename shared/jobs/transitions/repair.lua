-- max_attempts hint_lost_ms retention_ms limit -> {{units given back}, {units poisoned}, {jobs expired}, {lane, unit, ...}}
-- The last list is the messages to publish.
function operations.reconcile(max_attempts, hint_lost_ms, retention_ms, limit)
  local now, retention = now_ms(), tonumber(retention_ms)
  local requeued, poisoned, expired, publish = {}, {}, {}, {}
  for _, unit in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'running', '-inf', now, 'LIMIT', 0, limit)) do
    local attempts = field(unit, 'attempts')
    if not attempts then
      redis.call('ZREM', PREFIX .. 'running', unit)
    elseif tonumber(attempts) < tonumber(max_attempts) then
      give_back(unit)
      table.insert(requeued, unit)
    else
      local id, part = parent_of(unit), field(unit, 'part')
      if part and part ~= 'end' then
        local _, left = lose_part(unit, 'poison')
        if left == 0 then all_parts_done(id, now, retention) else announce(id, 'running') end
      else
        conclude(id, 'failed', now, retention, {'succeeded', 0, 'failed', field(id, 'total'), 'problem', 'poison'})
      end
      table.insert(poisoned, unit)
    end
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'deadlines', '-inf', now, 'LIMIT', 0, limit)) do
    local state = field(id, 'state')
    if state and next(LEGAL[state]) then
      conclude(id, 'expired', now, retention, {})
      table.insert(expired, id)
    else
      redis.call('ZREM', PREFIX .. 'deadlines', id)
    end
  end
  for _, entry in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'expiries', '-inf', now, 'LIMIT', 0, limit)) do
    local client, id = string.match(entry, '^(.*) (.-)$')
    redis.call('ZREM', key('jobs', client), id)
    redis.call('ZREM', PREFIX .. 'expiries', entry)
  end
  for _, lane in ipairs(redis.call('SMEMBERS', PREFIX .. 'lanes')) do
    local hints = key('hints', lane)
    redis.call('ZREMRANGEBYSCORE', hints, '-inf', '(' .. digits(now - hint_lost_ms))
    local head = redis.call('ZRANGE', key('lane', lane), 0, 0)[1]
    if not head then
      redis.call('SREM', PREFIX .. 'lanes', lane)
    elseif redis.call('ZCARD', hints) == 0 then
      redis.call('ZADD', hints, now, head)
      table.insert(publish, lane)
      table.insert(publish, head)
    end
  end
  return {requeued, poisoned, expired, publish}
end
