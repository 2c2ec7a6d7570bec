-- Idempotency-Key: which job a client's key stands for.
--
--   idempotency:<client>:<digest>  string with expiry: "<fingerprint> <job id> <reserved_ms>"
-- Digest and fingerprint are HMACs of the key and of the request. There is a pair of them for each key of the ring, the
-- pair of the first key is written: so an Idempotency-Key stays known while the ring is changed.

local function idempotency_key(client, digest) return key('idempotency', client .. ':' .. digest) end

-- An empty receipt is that of a job which was refused after all.
local function was_submitted(id)
  return redis.call('EXISTS', key('job', id)) == 1 or redis.call('STRLEN', key('receipt', id)) > 0
end

-- client id kept_ms in_flight_ms digest fingerprint [digest fingerprint ...] -> {answer, job id}
--   new        reserved: the caller is to submit this job id (an earlier one where its request died on the way)
--   replayed   the job exists, or existed and was erased
--   in_flight  reserved less than in_flight_ms ago, not submitted yet
--   mismatch   another request has the key
function operations.reserve_key(client, id, kept_ms, in_flight_ms, ...)
  local marks, now = {...}, now_ms()
  for i = 1, #marks, 2 do
    local known = redis.call('GET', idempotency_key(client, marks[i]))
    if known then
      local fingerprint, earlier, reserved_ms = string.match(known, '^(%S+) (%S+) (%d+)$')
      if fingerprint ~= marks[i + 1] then return {'mismatch', earlier} end
      if was_submitted(earlier) then return {'replayed', earlier} end
      if now - reserved_ms < tonumber(in_flight_ms) then return {'in_flight', earlier} end
      id = earlier
    end
  end
  redis.call('SET', idempotency_key(client, marks[1]), marks[2] .. ' ' .. id .. ' ' .. digits(now), 'PX', kept_ms)
  return {'new', id}
end

-- client id digest [digest ...] -> 1, or 0 when the key stands for another job or its job was submitted.
function operations.forget_key(client, id, ...)
  local forgotten = 0
  for _, digest in ipairs({...}) do
    local known = redis.call('GET', idempotency_key(client, digest))
    if known and string.match(known, ' (%S+) %d+$') == id and not was_submitted(id) then
      forgotten = redis.call('DEL', idempotency_key(client, digest))
    end
  end
  return forgotten
end
