-- The only writer of job records. One call is one atomic transition.
--
-- Called as EVALSHA sha 0 OPERATION ARGUMENT...; Python fills in the @NAMES@ (shared/jobs/transitions.py).
-- Keys, all built from the prefix (shared/keys.py has the same shapes):
--   job:<id>       hash    version id client model state revision token attempts sequence characters total succeeded
--                          failed created_ms deadline_ms started_ms finished_ms expires_ms wrapped_key problem worker
--   payload:<id>   string  encrypted; gone when the job ends
--   result:<id>    string  encrypted; expires with the record
--   lane:<model>   zset    queued ids by sequence: the queue itself; a job given back takes its old place
--   lanes          set     models whose lane may hold something
--   hints:<model>  zset    ids whose Celery message is under way, by the time of publishing
--   running        zset    running ids by the end of their lease
--   deadlines      zset    queued ids by the moment they expire
--   sequence       integer last sequence number
-- Times are milliseconds of the store's own clock: a worker's clock may be wrong.

local PREFIX = '@PREFIX@'
local MOVES = '@MOVES@'
local ENDS = '@ENDS@'
local VERSION = '@VERSION@'
local LEGAL = @LEGAL_MOVES@

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function key(kind, name) return PREFIX .. kind .. ':' .. name end

local function field(id, name) return redis.call('HGET', key('job', id), name) end

-- Every change of state goes through here; fields is a flat list for HSET.
local function move(id, from, to, now, fields)
  if not LEGAL[from][to] then error('illegal move ' .. from .. ' to ' .. to) end
  local job = key('job', id)
  local model = redis.call('HGET', job, 'model')
  if from == 'queued' then
    redis.call('ZREM', key('lane', model), id)
    redis.call('ZREM', PREFIX .. 'deadlines', id)
  else
    redis.call('ZREM', PREFIX .. 'running', id)
  end
  redis.call('HSET', job, 'state', to, unpack(fields))
  if to == 'queued' then
    redis.call('ZADD', key('lane', model), redis.call('HGET', job, 'sequence'), id)
    redis.call('ZADD', PREFIX .. 'deadlines', redis.call('HGET', job, 'deadline_ms'), id)
    redis.call('SADD', PREFIX .. 'lanes', model)
  end
  local revision = redis.call('HINCRBY', job, 'revision', 1)
  redis.call('PUBLISH', next(LEGAL[to]) and MOVES or ENDS, id .. ' ' .. revision .. ' ' .. to)
end

-- A move to an end: times set, payload gone, the record kept for its retention.
local function conclude(id, from, to, now, retention_ms, fields)
  table.insert(fields, 'finished_ms')
  table.insert(fields, now)
  table.insert(fields, 'expires_ms')
  table.insert(fields, now + retention_ms)
  move(id, from, to, now, fields)
  redis.call('DEL', key('payload', id))
  redis.call('PEXPIRE', key('job', id), retention_ms)
end

local operations = {}

-- id client model characters total wrapped_key payload max_hints hint_lost_ms max_queued_ms
-- -> {sequence, created_ms, publish, position}; publish is 1 when a Celery message is needed, position the number of
-- queued jobs before it, or false when it is not queued any more.
-- The same id again changes nothing: a client whose connection broke before the answer asks once more.
function operations.submit(id, client, model, characters, total, wrapped_key, payload, max_hints, hint_lost_ms, max_queued_ms)
  local job = key('job', id)
  local known = redis.call('HMGET', job, 'sequence', 'created_ms')
  if known[1] then return {tonumber(known[1]), tonumber(known[2]), 1, redis.call('ZRANK', key('lane', model), id)} end
  local now = now_ms()
  local deadline = now + tonumber(max_queued_ms)
  local sequence = redis.call('INCR', PREFIX .. 'sequence')
  redis.call('HSET', job, 'version', VERSION, 'id', id, 'client', client, 'model', model, 'state', 'queued',
    'revision', 1, 'token', 0, 'attempts', 0, 'sequence', sequence, 'characters', characters, 'total', total,
    'succeeded', 0, 'failed', 0, 'created_ms', now, 'deadline_ms', deadline, 'wrapped_key', wrapped_key)
  redis.call('SET', key('payload', id), payload)
  redis.call('ZADD', key('lane', model), sequence, id)
  redis.call('SADD', PREFIX .. 'lanes', model)
  redis.call('ZADD', PREFIX .. 'deadlines', deadline, id)
  local hints = key('hints', model)
  -- Messages under way are enough once every process that could take one has one: each drains the lane.
  if redis.call('ZCOUNT', hints, now - hint_lost_ms, '+inf') >= tonumber(max_hints) then
    return {sequence, now, 0, redis.call('ZRANK', key('lane', model), id)}
  end
  redis.call('ZADD', hints, now, id)
  return {sequence, now, 1, redis.call('ZRANK', key('lane', model), id)}
end

-- model hint worker lease_ms max_jobs max_characters retention_ms
-- -> a list of {record as HGETALL, payload or false}. In order of submission, never skipping one; a job that was tried
-- before is taken alone, so that one that kills its worker takes no other with it. hint is '' for a task's further claims.
function operations.claim(model, hint, worker, lease_ms, max_jobs, max_characters, retention_ms)
  local now = now_ms()
  local lane = key('lane', model)
  if hint ~= '' then redis.call('ZREM', key('hints', model), hint) end
  local claimed, characters = {}, 0
  for _, id in ipairs(redis.call('ZRANGE', lane, 0, max_jobs - 1)) do
    local record = redis.call('HMGET', key('job', id), 'state', 'attempts', 'characters', 'deadline_ms')
    if record[1] ~= 'queued' then
      redis.call('ZREM', lane, id)
    elseif tonumber(record[4]) <= now then
      conclude(id, 'queued', 'expired', now, tonumber(retention_ms), {})
    else
      local tried, more = tonumber(record[2]) > 0, tonumber(record[3])
      if #claimed > 0 and (tried or characters + more > tonumber(max_characters)) then break end
      characters = characters + more
      local job = key('job', id)
      redis.call('HINCRBY', job, 'token', 1)
      redis.call('HINCRBY', job, 'attempts', 1)
      move(id, 'queued', 'running', now, {'worker', worker, 'started_ms', now})
      redis.call('ZADD', PREFIX .. 'running', now + lease_ms, id)
      table.insert(claimed, {redis.call('HGETALL', job), redis.call('GET', key('payload', id))})
      if tried then break end
    end
  end
  return claimed
end

-- Whether this token still holds the job.
local function is_held(id, token)
  return field(id, 'state') == 'running' and field(id, 'token') == token
end

-- lease_ms id token [id token ...] -> the ids that are no longer held
function operations.renew(lease_ms, ...)
  local pairs_, lost, now = {...}, {}, now_ms()
  for i = 1, #pairs_, 2 do
    if is_held(pairs_[i], pairs_[i + 1]) then
      redis.call('ZADD', PREFIX .. 'running', now + lease_ms, pairs_[i])
    else
      table.insert(lost, pairs_[i])
    end
  end
  return lost
end

-- id token state succeeded failed problem result retention_ms -> 1, or 0 when the token is stale (nothing is written)
function operations.finish(id, token, state, succeeded, failed, problem, result, retention_ms)
  if not is_held(id, token) then return 0 end
  local fields = {'succeeded', succeeded, 'failed', failed}
  if problem ~= '' then
    table.insert(fields, 'problem')
    table.insert(fields, problem)
  end
  if result ~= '' then redis.call('SET', key('result', id), result, 'PX', retention_ms) end
  conclude(id, 'running', state, now_ms(), tonumber(retention_ms), fields)
  return 1
end

-- id token -> 1, or 0 when the token is stale. Given back unharmed: the attempt does not count.
function operations.release(id, token)
  if not is_held(id, token) then return 0 end
  redis.call('HINCRBY', key('job', id), 'attempts', -1)
  move(id, 'running', 'queued', now_ms(), {})
  return 1
end

-- max_attempts hint_lost_ms retention_ms limit -> {{ids given back}, {ids poisoned}, {ids expired}, {model, id, ...}}
-- The last list is the messages to publish.
function operations.reconcile(max_attempts, hint_lost_ms, retention_ms, limit)
  local now, retention = now_ms(), tonumber(retention_ms)
  local requeued, poisoned, expired, publish = {}, {}, {}, {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'running', '-inf', now, 'LIMIT', 0, limit)) do
    if field(id, 'state') ~= 'running' then
      redis.call('ZREM', PREFIX .. 'running', id)
    elseif tonumber(field(id, 'attempts')) >= tonumber(max_attempts) then
      conclude(id, 'running', 'failed', now, retention, {'failed', field(id, 'total'), 'problem', 'poison'})
      table.insert(poisoned, id)
    else
      move(id, 'running', 'queued', now, {})
      table.insert(requeued, id)
    end
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', PREFIX .. 'deadlines', '-inf', now, 'LIMIT', 0, limit)) do
    if field(id, 'state') == 'queued' then
      conclude(id, 'queued', 'expired', now, retention, {})
      table.insert(expired, id)
    else
      redis.call('ZREM', PREFIX .. 'deadlines', id)
    end
  end
  for _, model in ipairs(redis.call('SMEMBERS', PREFIX .. 'lanes')) do
    local hints = key('hints', model)
    redis.call('ZREMRANGEBYSCORE', hints, '-inf', '(' .. string.format('%d', now - hint_lost_ms))
    local head = redis.call('ZRANGE', key('lane', model), 0, 0)[1]
    if not head then
      redis.call('SREM', PREFIX .. 'lanes', model)
    elseif redis.call('ZCARD', hints) == 0 then
      redis.call('ZADD', hints, now, head)
      table.insert(publish, model)
      table.insert(publish, head)
    end
  end
  return {requeued, poisoned, expired, publish}
end

local operation = table.remove(ARGV, 1)
return operations[operation](unpack(ARGV))
