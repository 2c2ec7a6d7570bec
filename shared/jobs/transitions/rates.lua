-- How much a client may do: requests and characters by GCRA (the generic cell rate algorithm, ITU-T I.371), jobs at once.
--
--   limits:<client>      hash    rate_per_s burst max_jobs characters_per_minute: what an operator set for this client
--   allowance:<client>   string  with expiry: when its requests are all paid for, microseconds (the "theoretical arrival
--                                time" of GCRA)
--   characters:<client>  string  the same for code points
--   active:<client>      set     its jobs that are queued or running
-- A limit of 0 is none.

-- How long what is paid for stays: when a key expires, that is written to the append-only file, by the request that finds it.
local PAID_KEPT_MS = 3600000

local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- Two of a client's limits, or the defaults.
local function limits_of(client, one, default_one, other, default_other)
  local own = redis.call('HMGET', key('limits', client), one, other)
  return tonumber(own[1] or default_one), tonumber(own[2] or default_other)
end

-- -> whether it was paid, microseconds until it can be, and when all is paid for. What is counted here is not written to
-- the append-only file: else every look at a job would wait for a disk (`appendfsync always`), and all that a restart of
-- the store forgets is what clients have used up.
local function charge(bucket, per_s, burst, cost, now)
  local interval = 1000000 / per_s
  local before = math.max(tonumber(redis.call('GET', bucket) or 0), now)
  local after = before + cost * interval
  local wait = after - burst * interval - now
  -- What costs more than a whole burst passes when all of it is there, and is paid for afterwards.
  if cost > burst then wait = before - now end
  if wait > 0 then return false, wait, before end
  redis.set_repl(redis.REPL_NONE)
  redis.call('SET', bucket, digits(after), 'PX', math.ceil((after - now) / 1000) + PAID_KEPT_MS)
  redis.set_repl(redis.REPL_ALL)
  return true, 0, after
end

local function seconds(us) return math.ceil(us / 1000000) end

-- One request of a client -> {is_allowed, burst, seconds in which it grows again, requests left, seconds until all are
-- there again, seconds until the next one may come}, or {} where there is no limit.
local function request_allowance(client, default_per_s, default_burst, now)
  local per_s, burst = limits_of(client, 'rate_per_s', default_per_s, 'burst', default_burst)
  if per_s == 0 then return {} end
  local is_paid, wait, paid_at = charge(key('allowance', client), per_s, burst, 1, now)
  local left = math.max(0, math.floor(burst - (paid_at - now) * per_s / 1000000 + 1e-6))
  return {is_paid and 1 or 0, burst, seconds(burst / per_s * 1000000), left, seconds(paid_at - now), seconds(wait)}
end

-- What keeps a new job out: {-2, the most jobs at once}, {-3, seconds to wait for characters}; nothing where it may come.
local function job_refusal(client, characters, default_max_jobs, default_per_minute)
  local max_jobs, per_minute = limits_of(client, 'max_jobs', default_max_jobs, 'characters_per_minute', default_per_minute)
  if max_jobs > 0 and redis.call('SCARD', key('active', client)) >= max_jobs then return {-2, max_jobs} end
  if per_minute == 0 then return end
  local is_paid, wait = charge(key('characters', client), per_minute / 60, per_minute, tonumber(characters), now_us())
  if not is_paid then return {-3, seconds(wait)} end
end

-- client [name value ...] -> 1: its limits, instead of those it had
function operations.put_limits(client, ...)
  redis.call('DEL', key('limits', client))
  if select('#', ...) > 0 then redis.call('HSET', key('limits', client), ...) end
  return 1
end
