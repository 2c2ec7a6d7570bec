-- What a courier does with deliveries: claim, settle, and ask how many Celery messages are of use.

local function count_attempt(id, sent_ms, duration_ms, status, reason)
  local attempts = key('attempts', id)
  redis.call('RPUSH', attempts, table.concat({sent_ms, duration_ms, status, reason == '' and '-' or reason}, ' '))
  -- The first one makes the list: it goes with its delivery.
  redis.call('PEXPIRE', attempts, math.max(1, redis.call('PTTL', key('delivery', id))))
end

-- Attempts whose courier died wait again, under the same id.
local function take_back_lost(client, most_attempts, now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', key('delivery-leases', client), '-inf', now)) do
    redis.call('ZREM', key('delivery-leases', client), id)
    local record = redis.call('HMGET', key('delivery', id), 'target', 'sent_ms', 'step')
    if record[1] then
      redis.call('SREM', key('delivery-sending', record[1]), id)
      count_attempt(id, record[2], digits(now - record[2]), 0, 'courier_lost')
      if tonumber(record[3]) >= tonumber(most_attempts) then
        end_delivery(id, 'given_up', 'courier_lost', now)
      else
        wait_until(id, client, record[1], now)
      end
    end
  end
end

-- The target's first due delivery, taken into flight; nothing when it has none, is full or closed.
local function take_delivery(client, target, lease_ms, retention_ms, now)
  local due, why_closed = key('delivery-due', target), closed_for(client, target)
  if why_closed ~= '' then
    -- A hundred a call: a long backlog must not hold up the store.
    for _, id in ipairs(redis.call('ZRANGE', due, 0, 99)) do end_delivery(id, 'given_up', why_closed, now) end
    return
  end
  if redis.call('SCARD', key('delivery-sending', target)) >= most_of(target) then return end
  local id = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, 1)[1]
  if not id then return end
  redis.call('ZREM', due, id)
  local record = key('delivery', id)
  if redis.call('EXISTS', record) == 0 then return end
  redis.call('SADD', key('delivery-sending', target), id)
  redis.call('ZADD', key('delivery-leases', client), now + lease_ms, id)
  for _, counter in ipairs({'attempts', 'step', 'token'}) do redis.call('HINCRBY', record, counter, 1) end
  redis.call('HSET', record, 'state', 'sending', 'sent_ms', digits(now))
  keep_delivery(id, retention_ms)
  return id
end

-- hint lease_ms retention_ms most_attempts limit -> list of {delivery, event, endpoint or the client's secret}, each as
-- HGETALL. hint is '' for a task's further claims; most_attempts: the length of the schedule.
function operations.claim_deliveries(hint, lease_ms, retention_ms, most_attempts, limit)
  local now, claimed, clients = now_ms(), {}, PREFIX .. 'delivery-clients'
  if hint ~= '' then redis.call('ZREM', PREFIX .. 'delivery-hints', hint) end
  -- Each turn takes a delivery, or puts a client or target off: bounded all the same.
  for _ = 1, 10 * limit do
    local client = redis.call('ZRANGEBYSCORE', clients, '-inf', now, 'LIMIT', 0, 1)[1]
    if #claimed == tonumber(limit) or not client then break end
    take_back_lost(client, most_attempts, now)
    local is_full = redis.call('ZCARD', key('delivery-leases', client)) >= MOST_OF_CLIENT
    local target = not is_full and
      redis.call('ZRANGEBYSCORE', key('delivery-targets', client), '-inf', now, 'LIMIT', 0, 1)[1]
    if target then
      local id = take_delivery(client, target, lease_ms, retention_ms, now)
      if id then
        local record = redis.call('HMGET', key('delivery', id), 'event', 'endpoint')
        local owner = record[2] == '' and key('webhook-secret', client) or endpoint_key(client, record[2])
        table.insert(claimed, {redis.call('HGETALL', key('delivery', id)),
          redis.call('HGETALL', key('event', record[1])), redis.call('HGETALL', owner)})
      end
      set_turn(client, target, now)
    else
      set_turn_of_client(client, now)
    end
  end
  return claimed
end

-- id token state delay_ms duration_ms status reason disabling disable_after_ms -> 1, or 0 when the token is stale.
-- state: delivered, waiting or given_up; disabling: why the endpoint is to be disabled at once, or ''.
function operations.settle_delivery(id, token, state, delay_ms, duration_ms, status, reason, disabling, disable_after_ms)
  local record = redis.call('HMGET', key('delivery', id), 'state', 'token', 'client', 'target', 'endpoint', 'type', 'sent_ms')
  if record[1] ~= 'sending' or record[2] ~= token then return 0 end
  local now, client, target = now_ms(), record[3], record[4]
  count_attempt(id, record[7], duration_ms, status, reason)
  redis.call('SREM', key('delivery-sending', target), id)
  redis.call('ZREM', key('delivery-leases', client), id)
  if state == 'delivered' then
    redis.call('SET', key('delivery-proven', target), 1, 'PX', PROVEN_MS)
  else
    redis.call('DEL', key('delivery-proven', target))
  end
  if record[5] ~= '' and closed_for(client, target) == '' then
    local endpoint = endpoint_key(client, record[5])
    if state == 'delivered' then
      redis.call('HDEL', endpoint, 'failing_since_ms')
    elseif record[6] ~= 'ping' then
      redis.call('HSETNX', endpoint, 'failing_since_ms', digits(now))
      local since = tonumber(redis.call('HGET', endpoint, 'failing_since_ms'))
      if disabling == '' and now - since >= tonumber(disable_after_ms) then disabling = 'failing' end
    end
    if disabling ~= '' then
      redis.call('HSET', endpoint, 'enabled', 0, 'disabled_ms', digits(now), 'disabled_reason', disabling)
    end
  end
  local why_closed = closed_for(client, target)
  if state ~= 'waiting' then
    end_delivery(id, state, reason, now)
  elseif why_closed ~= '' then
    end_delivery(id, 'given_up', why_closed, now)
  else
    wait_until(id, client, target, now + delay_ms)
  end
  set_turn(client, target, now)
  return 1
end

-- name most lost_ms -> how many Celery messages to publish: as many as could claim something now, less those under way.
-- They are called <name>1, <name>2, ...
function operations.hint_deliveries(name, most, lost_ms)
  local now, hints, wanted = now_ms(), PREFIX .. 'delivery-hints', 0
  redis.call('ZREMRANGEBYSCORE', hints, '-inf', '(' .. digits(now - lost_ms))
  local free = most - redis.call('ZCARD', hints)
  for _, client in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'delivery-clients', '-inf', now, 'LIMIT', 0, most)) do
    local room = MOST_OF_CLIENT - redis.call('ZCARD', key('delivery-leases', client))
    local due = MOST_OF_TARGET * redis.call('ZCOUNT', key('delivery-targets', client), '-inf', now)
    wanted = wanted + math.max(1, math.min(room, due))
  end
  wanted = math.max(0, math.min(free, wanted))
  for number = 1, wanted do redis.call('ZADD', hints, now, name .. number) end
  return wanted
end
