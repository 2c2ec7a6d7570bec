-- How things stand, for /metrics and `python -m gateway.status`: one call, bounded whatever is queued.

-- Running units, clients and targets that are looked at: about 4 ms when all are there.
local MOST_RUNNING, MOST_CLIENTS, MOST_TARGETS = 1000, 50, 20

local function running_by_lane()
  local running = {}
  for _, unit in ipairs(redis.call('ZRANGE', PREFIX .. 'running', 0, MOST_RUNNING - 1)) do
    local lane = field(unit, 'lane')
    if lane then running[lane] = (running[lane] or 0) + 1 end
  end
  return running
end

-- -> list of {lane, units queued, when the oldest's job was submitted or 0, units running}
local function lanes_now()
  local running, lanes, found = running_by_lane(), {}, {}
  for lane in pairs(running) do lanes[lane] = true end
  for _, lane in ipairs(redis.call('SMEMBERS', PREFIX .. 'lanes')) do lanes[lane] = true end
  for lane in pairs(lanes) do
    local head = redis.call('ZRANGE', key('lane', lane), 0, 0)[1]
    local since = head and field(parent_of(head), 'created_ms') or '0'
    table.insert(found, {lane, redis.call('ZCARD', key('lane', lane)), since, running[lane] or 0})
  end
  return found
end

-- -> {waiting, in flight, milliseconds for which the one that is longest due has waited for a courier}
local function deliveries_now(now)
  local clients, waiting, sending = PREFIX .. 'delivery-clients', 0, 0
  for _, client in ipairs(redis.call('ZRANGE', clients, 0, MOST_CLIENTS - 1)) do
    sending = sending + redis.call('ZCARD', key('delivery-leases', client))
    for _, target in ipairs(redis.call('ZRANGE', key('delivery-targets', client), 0, MOST_TARGETS - 1)) do
      waiting = waiting + redis.call('ZCARD', key('delivery-due', target))
    end
  end
  local turn = first_moment(clients)
  return {waiting, sending, turn and turn < now and digits(now - turn) or '0'}
end

-- -> {now, lanes_now(), deliveries_now(), dead letters, notes that wait for the audit log, totals as HGETALL, store as
-- HGETALL}
function operations.figures()
  local now = now_ms()
  return {digits(now), lanes_now(), deliveries_now(now), redis.call('ZCARD', PREFIX .. 'dead-letters'),
    redis.call('XLEN', PREFIX .. 'audit-inbox'), redis.call('HGETALL', TOTALS), redis.call('HGETALL', PREFIX .. 'store')}
end
