-- API keys. Of a secret there is only an HMAC.
--
--   api-key:<id>  hash  id client name scopes digest old_digest old_until_ms created_ms expires_ms last_used_ms revoked_ms
--   api-keys      zset  ids by created_ms; revoked ones stay

-- id client name scopes digest expires_ms ('' for never) -> the record
function operations.create_key(id, client, name, scopes, digest, expires_ms)
  local record, now = key('api-key', id), digits(now_ms())
  redis.call('HSET', record, 'id', id, 'client', client, 'name', name, 'scopes', scopes, 'digest', digest, 'created_ms', now)
  if expires_ms ~= '' then redis.call('HSET', record, 'expires_ms', expires_ms) end
  redis.call('ZADD', PREFIX .. 'api-keys', now, id)
  return redis.call('HGETALL', record)
end

-- -> every key as HGETALL, oldest first
function operations.list_keys()
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', PREFIX .. 'api-keys', 0, -1)) do
    table.insert(found, redis.call('HGETALL', key('api-key', id)))
  end
  return found
end

local function is_usable(record)
  local known = redis.call('HMGET', record, 'id', 'revoked_ms')
  return known[1] and not known[2]
end

-- id digest overlap_ms -> the record, or {} when there is none or it was revoked. The secret before it counts for
-- overlap_ms; the one before that no more.
function operations.rotate_key(id, digest, overlap_ms)
  local record = key('api-key', id)
  if not is_usable(record) then return {} end
  redis.call('HSET', record, 'old_digest', redis.call('HGET', record, 'digest'), 'old_until_ms',
    digits(now_ms() + overlap_ms), 'digest', digest)
  return redis.call('HGETALL', record)
end

-- id -> the record, or {} when there is none or it was revoked before
function operations.revoke_key(id)
  local record = key('api-key', id)
  if not is_usable(record) then return {} end
  redis.call('HDEL', record, 'digest', 'old_digest', 'old_until_ms')
  redis.call('HSET', record, 'revoked_ms', digits(now_ms()))
  return redis.call('HGETALL', record)
end

-- id digest used_every_ms rate_per_s burst -> {} when there is no such key or it counts no more, else {client, scopes,
-- list of the digests that count now, allowance}. The caller decides by comparing digests; a request is counted, and
-- the key's use noted, only where this one is among them: who knows no secret uses up nobody's allowance.
function operations.enter(id, digest, used_every_ms, rate_per_s, burst)
  local record, moment_us = key('api-key', id), now_us()
  local now = math.floor(moment_us / 1000)
  local known = redis.call('HMGET', record, 'client', 'scopes', 'digest', 'old_digest', 'old_until_ms', 'expires_ms',
    'last_used_ms')
  local client, digests = known[1], {known[3]}
  if not known[3] or now >= tonumber(known[6] or math.huge) then return {} end
  if known[4] and now < tonumber(known[5]) then table.insert(digests, known[4]) end
  if digest ~= digests[1] and digest ~= digests[2] then return {client, known[2], digests, {}} end
  if now - tonumber(known[7] or 0) >= tonumber(used_every_ms) then redis.call('HSET', record, 'last_used_ms', digits(now)) end
  return {client, known[2], digests, request_allowance(client, rate_per_s, burst, moment_us)}
end
