-- Webhooks: which deliveries an end makes, and whose turn it is. Clients take turns, and so do the targets of a client;
-- each may have so many deliveries in flight and no more: nobody's backlog is another's wait.
--
--   webhook-endpoints:<client>         set     ids of its endpoints
--   webhook-endpoint:<client>/<id>     hash    id client target url events enabled secret old_secret old_secret_until_ms
--                                              created_ms updated_ms failing_since_ms disabled_ms disabled_reason
--   webhook-secret:<client>            hash    secret old_secret old_secret_until_ms
--   event:<id>                         hash    what a body is made from: id type client state total succeeded failed
--                                              problem finished_ms wrapped_key metadata webhook; id is the job's, or a ping's
--   delivery:<id>                      hash    id event type client target endpoint state attempts step token sent_ms
--                                              due_ms created_ms ended_ms reason; id is the webhook-id
--   attempts:<delivery>                list    "<sent_ms> <duration_ms> <status or 0> <reason or ->"
--   deliveries:<event>                 list    delivery ids
--   endpoint-deliveries:<client>/<id>  zset    its latest delivery ids by created_ms
--   delivery-due:<target>              zset    waiting ids by due_ms
--   delivery-sending:<target>          set     ids in flight
--   delivery-proven:<target>           string  with expiry: its last attempt succeeded
--   delivery-targets:<client>          zset    targets by the moment of their turn
--   delivery-leases:<client>           zset    ids in flight by the end of their lease
--   delivery-clients                   zset    clients by the moment of their turn
--   delivery-hints                     zset    Celery messages under way, by the time of publishing
-- A target is <client>/e/<endpoint>/<created_ms> or, for jobs' own webhooks, <client>/j/<digest of host and port>. A full
-- target has no turn until an attempt of its ends; a full client has its turn when its first lease runs out.

-- Attempts in flight: of a client, of a target whose last one succeeded, of any other target.
local MOST_OF_CLIENT, MOST_OF_PROVEN, MOST_OF_TARGET = 8, 8, 2
local PROVEN_MS = 3600000
-- Until a courier, which knows the setting, has it in hand.
local DELIVERY_RETENTION_MS = 604800000
local MOST_LISTED = 200

local function endpoint_key(client, id) return key('webhook-endpoint', client .. '/' .. id) end

local function first_moment(zset)
  local first = redis.call('ZRANGE', zset, 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2])
end

local function most_of(target)
  return redis.call('EXISTS', key('delivery-proven', target)) == 1 and MOST_OF_PROVEN or MOST_OF_TARGET
end

-- '' while the target's deliveries may be tried, else why not.
local function closed_for(client, target)
  local endpoint = string.match(target, '/e/([^/]+)/%d+$')
  if not endpoint then return '' end
  local record = redis.call('HMGET', endpoint_key(client, endpoint), 'target', 'enabled')
  if record[1] ~= target then return 'endpoint_deleted' end
  return record[2] == '1' and '' or 'endpoint_disabled'
end

-- A turn is never before now: who was just served stands behind those who waited.
local function set_turn_of_client(client, now)
  local leases = key('delivery-leases', client)
  local moment, lease = nil, first_moment(leases)
  if redis.call('ZCARD', leases) < MOST_OF_CLIENT then moment = first_moment(key('delivery-targets', client)) end
  if lease and (not moment or lease < moment) then moment = lease end
  if moment then
    redis.call('ZADD', PREFIX .. 'delivery-clients', math.max(moment, now), client)
  else
    redis.call('ZREM', PREFIX .. 'delivery-clients', client)
  end
end

local function set_turn(client, target, now)
  local due = first_moment(key('delivery-due', target))
  local is_closed = due and closed_for(client, target) ~= ''
  if is_closed then due = now end
  if due and (is_closed or redis.call('SCARD', key('delivery-sending', target)) < most_of(target)) then
    redis.call('ZADD', key('delivery-targets', client), math.max(due, now), target)
  else
    redis.call('ZREM', key('delivery-targets', client), target)
  end
  set_turn_of_client(client, now)
end

local function wait_until(id, client, target, due)
  redis.call('HSET', key('delivery', id), 'state', 'waiting', 'due_ms', digits(due))
  redis.call('ZADD', key('delivery-due', target), due, id)
  redis.call('ZADD', key('delivery-targets', client), 'LT', due, target)
  redis.call('ZADD', PREFIX .. 'delivery-clients', 'LT', due, client)
end

local function keep_delivery(id, retention_ms)
  local record = redis.call('HMGET', key('delivery', id), 'event', 'client', 'endpoint')
  local kept = {key('delivery', id), key('attempts', id), key('event', record[1]), key('deliveries', record[1]),
    key('endpoint-deliveries', record[2] .. '/' .. record[3])}
  for _, name in ipairs(kept) do redis.call('PEXPIRE', name, retention_ms) end
end

local function end_delivery(id, state, reason, now)
  local record = key('delivery', id)
  redis.call('ZREM', key('delivery-due', redis.call('HGET', record, 'target')), id)
  redis.call('HSET', record, 'state', state, 'reason', reason, 'ended_ms', digits(now))
  count('delivery_ended', state)
end

-- endpoint is '' for a job's own webhook. The event's record stands already.
local function add_delivery(id, event, kind, client, target, endpoint, now)
  local record = key('delivery', id)
  if redis.call('EXISTS', record) == 1 then return end
  redis.call('HSET', record, 'id', id, 'event', event, 'type', kind, 'client', client, 'target', target, 'endpoint',
    endpoint, 'attempts', 0, 'step', 0, 'token', 0, 'created_ms', digits(now))
  redis.call('RPUSH', key('deliveries', event), id)
  count('delivery_queued')
  if endpoint ~= '' then
    local listed = key('endpoint-deliveries', client .. '/' .. endpoint)
    redis.call('ZADD', listed, now, id)
    redis.call('ZREMRANGEBYRANK', listed, 0, -1 - MOST_LISTED)
  end
  wait_until(id, client, target, now)
  keep_delivery(id, DELIVERY_RETENTION_MS)
end

-- What the bodies need, apart from the job, which goes before its deliveries do.
local function add_event(id, kind, client, state, now)
  local fields = {'id', id, 'type', kind, 'client', client, 'state', state, 'finished_ms', digits(now)}
  for _, name in ipairs({'total', 'succeeded', 'failed', 'problem', 'wrapped_key', 'metadata', 'webhook',
    'traceparent'}) do
    local value = field(id, name)
    if value then
      table.insert(fields, name)
      table.insert(fields, value)
    end
  end
  redis.call('HSET', key('event', id), unpack(fields))
end

local function subscribes(events, kind)
  return events and string.find(',' .. events .. ',', ',' .. kind .. ',', 1, true)
end

-- Called within the move that ends a job. One id for one event and target, whatever is killed and tried again.
local function queue_deliveries(id, client, state, now)
  local kind, name, wanted = 'job.' .. state, 'msg_' .. string.gsub(id, '^job_', ''), {}
  local own = redis.call('HMGET', key('job', id), 'webhook_events', 'webhook_target')
  if subscribes(own[1], kind) then table.insert(wanted, {name, client .. '/j/' .. (own[2] or ''), ''}) end
  for _, endpoint in ipairs(redis.call('SMEMBERS', key('webhook-endpoints', client))) do
    local record = redis.call('HMGET', endpoint_key(client, endpoint), 'target', 'events', 'enabled')
    if record[3] == '1' and subscribes(record[2], kind) then
      table.insert(wanted, {name .. '_' .. endpoint, record[1], endpoint})
    end
  end
  if #wanted > 0 then add_event(id, kind, client, state, now) end
  for _, each in ipairs(wanted) do add_delivery(each[1], id, kind, client, each[2], each[3], now) end
end

-- Everything of an erased job; an attempt in flight writes nothing any more.
local function drop_deliveries(event)
  local now = now_ms()
  for _, id in ipairs(redis.call('LRANGE', key('deliveries', event), 0, -1)) do
    local record = redis.call('HMGET', key('delivery', id), 'client', 'target', 'endpoint')
    if record[1] then
      redis.call('ZREM', key('delivery-due', record[2]), id)
      redis.call('SREM', key('delivery-sending', record[2]), id)
      redis.call('ZREM', key('delivery-leases', record[1]), id)
      redis.call('ZREM', key('endpoint-deliveries', record[1] .. '/' .. record[3]), id)
      redis.call('DEL', key('delivery', id), key('attempts', id))
      set_turn(record[1], record[2], now)
    end
  end
  redis.call('DEL', key('deliveries', event), key('event', event))
end
