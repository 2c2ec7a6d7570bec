-- What clients do with their webhooks: endpoints, secrets, pings, deliveries looked at and made again.

-- Both secrets sign until the old one's time is over.
local function rotate(record, box, overlap_ms)
  local old = redis.call('HGET', record, 'secret')
  if old then redis.call('HSET', record, 'old_secret', old, 'old_secret_until_ms', digits(now_ms() + overlap_ms)) end
  redis.call('HSET', record, 'secret', box)
end

-- client id url events secret most -> {1, record} when it is new, {0, record} when it was changed (its secret and whether it
-- is enabled stay), {-1} when there are too many.
function operations.put_endpoint(client, id, url, events, secret, most)
  local record, ids, now = endpoint_key(client, id), key('webhook-endpoints', client), now_ms()
  local is_new = redis.call('EXISTS', record) == 0
  if is_new then
    if redis.call('SCARD', ids) >= tonumber(most) then return {-1} end
    redis.call('SADD', ids, id)
    redis.call('HSET', record, 'id', id, 'client', client, 'target', client .. '/e/' .. id .. '/' .. digits(now),
      'enabled', 1, 'secret', secret, 'created_ms', digits(now))
  end
  redis.call('HSET', record, 'url', url, 'events', events, 'updated_ms', digits(now))
  -- At another URL it has not failed yet.
  redis.call('HDEL', record, 'failing_since_ms')
  return {is_new and 1 or 0, redis.call('HGETALL', record)}
end

-- client -> its endpoints as HGETALL
function operations.list_endpoints(client)
  local found = {}
  for _, id in ipairs(redis.call('SMEMBERS', key('webhook-endpoints', client))) do
    table.insert(found, redis.call('HGETALL', endpoint_key(client, id)))
  end
  return found
end

-- client id -> 1, or 0 when there was none. What waits is given up by the next courier that comes by.
function operations.delete_endpoint(client, id)
  local record = endpoint_key(client, id)
  local target = redis.call('HGET', record, 'target')
  if not target then return 0 end
  redis.call('DEL', record, key('endpoint-deliveries', client .. '/' .. id))
  redis.call('SREM', key('webhook-endpoints', client), id)
  set_turn(client, target, now_ms())
  return 1
end

-- client id enabled (0 or 1) reason -> the record, or {} when there is none; one that is so already stays as it is.
function operations.enable_endpoint(client, id, enabled, reason)
  local record = endpoint_key(client, id)
  local known, now = redis.call('HMGET', record, 'enabled', 'target'), now_ms()
  if not known[1] then return {} end
  if known[1] ~= enabled then
    redis.call('HSET', record, 'enabled', enabled, 'updated_ms', digits(now))
    redis.call('HDEL', record, 'disabled_ms', 'disabled_reason', 'failing_since_ms')
    if enabled == '0' then redis.call('HSET', record, 'disabled_ms', digits(now), 'disabled_reason', reason) end
    set_turn(client, known[2], now)
  end
  return redis.call('HGETALL', record)
end

-- client id box overlap_ms -> the record, or {} when there is none
function operations.rotate_endpoint_secret(client, id, box, overlap_ms)
  local record = endpoint_key(client, id)
  if redis.call('EXISTS', record) == 0 then return {} end
  rotate(record, box, overlap_ms)
  return redis.call('HGETALL', record)
end

-- client box overlap_ms -> the record
function operations.rotate_client_secret(client, box, overlap_ms)
  rotate(key('webhook-secret', client), box, overlap_ms)
  return redis.call('HGETALL', key('webhook-secret', client))
end

-- client box -> the record: with this secret, or with the one that was there
function operations.ensure_client_secret(client, box)
  redis.call('HSETNX', key('webhook-secret', client), 'secret', box)
  return redis.call('HGETALL', key('webhook-secret', client))
end

-- client endpoint event delivery retention_ms -> 1, 0 when there is no such endpoint, -1 when it is disabled
function operations.ping_endpoint(client, endpoint, event, delivery, retention_ms)
  local target, now = redis.call('HGET', endpoint_key(client, endpoint), 'target'), now_ms()
  if not target then return 0 end
  if closed_for(client, target) ~= '' then return -1 end
  add_event(event, 'ping', client, '', now)
  add_delivery(delivery, event, 'ping', client, target, endpoint, now)
  keep_delivery(delivery, retention_ms)
  return 1
end

-- client event delivery retention_ms -> 1, 0 when there is no such delivery, -1 when its endpoint is closed. One that is
-- in flight stays so; every other waits from now, with the whole schedule before it.
function operations.redeliver(client, event, delivery, retention_ms)
  local record = key('delivery', delivery)
  local known = redis.call('HMGET', record, 'client', 'event', 'state', 'target')
  if known[1] ~= client or known[2] ~= event then return 0 end
  if closed_for(client, known[4]) ~= '' then return -1 end
  if known[3] ~= 'sending' then
    redis.call('HDEL', record, 'reason', 'ended_ms')
    redis.call('HSET', record, 'step', 0)
    wait_until(delivery, client, known[4], now_ms())
    keep_delivery(delivery, retention_ms)
  end
  return 1
end

local function with_attempts(ids)
  local found = {}
  for _, id in ipairs(ids) do
    local record = redis.call('HGETALL', key('delivery', id))
    if #record > 0 then table.insert(found, {record, redis.call('LRANGE', key('attempts', id), 0, -1)}) end
  end
  return found
end

-- event -> {the event as HGETALL, list of {delivery as HGETALL, its attempts}}
function operations.list_deliveries(event)
  return {redis.call('HGETALL', key('event', event)), with_attempts(redis.call('LRANGE', key('deliveries', event), 0, -1))}
end

-- client endpoint limit -> list of {delivery as HGETALL, its attempts}, newest first
function operations.list_endpoint_deliveries(client, endpoint, limit)
  return with_attempts(redis.call('ZRANGE', key('endpoint-deliveries', client .. '/' .. endpoint), 0, limit - 1, 'REV'))
end
