-- id client lane characters total wrapped_key payload parts max_hints hint_lost_ms max_queued_ms deadline_in_ms max_depth
-- max_jobs characters_per_minute [field value ...] -> {sequence, created_ms, deadline_ms, position, publish}; {-1, depth}
-- when the queue is too deep, or what job_refusal (rates.lua) says of the client.
-- `payload` is '' where the parts' payloads were put into payload:<id> before; `parts` is JSON, [] for a job of one part.
-- position: the number of queued units before it, or false when it is not queued any more; publish: {lane, unit, ...} of
-- the Celery messages that are needed.
-- The same id again changes nothing: a client whose connection broke before the answer asks once more.
function operations.submit(id, client, lane, characters, total, wrapped_key, payload, parts, max_hints, hint_lost_ms,
    max_queued_ms, deadline_in_ms, max_depth, max_jobs, characters_per_minute, ...)
  local job, now = key('job', id), now_ms()
  local known = redis.call('HMGET', job, 'sequence', 'created_ms', 'deadline_ms')
  if known[1] then
    return {tonumber(known[1]), tonumber(known[2]), tonumber(known[3]),
      redis.call('ZRANK', key('lane', lane), id), {lane, id}}
  end
  local listed = cjson.decode(parts)
  local depth = redis.call('ZCARD', key('lane', lane))
  if depth >= tonumber(max_depth) then return {-1, depth} end
  local refusal = job_refusal(client, characters, max_jobs, characters_per_minute)
  if refusal then return refusal end
  redis.call('SADD', key('active', client), id)
  count('submitted', model_of(lane))
  local deadline = now + tonumber(deadline_in_ms ~= '' and deadline_in_ms or max_queued_ms)
  local sequence = redis.call('INCR', PREFIX .. 'sequence')
  redis.call('HSET', job, 'version', VERSION, 'id', id, 'client', client, 'lane', lane, 'state', 'queued', 'revision', 1,
    'token', 0, 'attempts', 0, 'sequence', sequence, 'characters', characters, 'total', total, 'succeeded', 0,
    'failed', 0, 'created_ms', now, 'deadline_ms', deadline, 'wrapped_key', wrapped_key, 'parts', math.max(1, #listed),
    'parts_left', #listed, ...)
  if deadline_in_ms ~= '' then redis.call('HSET', job, 'has_deadline', 1) end
  redis.call('ZADD', PREFIX .. 'deadlines', deadline, id)
  redis.call('ZADD', key('jobs', client), digits(now * 4096 + sequence % 4096), id)
  if payload ~= '' then redis.call('HSET', key('payload', id), '0', payload) end
  redis.call('PERSIST', key('payload', id))
  redis.call('PERSIST', key('file', id))
  local publish = {}
  if #listed == 0 then
    enqueue(id, lane, sequence)
    publish = new_hints(lane, {id}, max_hints, hint_lost_ms, now)
  else
    add_parts(id, sequence, listed)
    publish = hints_for_parts(id, listed, max_hints, hint_lost_ms, now)
  end
  local head = #listed == 0 and id or (id .. '.0')
  return {sequence, now, deadline, redis.call('ZRANK', key('lane', #listed == 0 and lane or listed[1][1]), head), publish}
end

-- id token parts characters total options max_hints hint_lost_ms -> {publish} or {} when the token is stale. A job whose
-- documents were found in its file becomes one of several parts; their payloads were put into payload:<id> before.
function operations.expand(id, token, parts, characters, total, max_hints, hint_lost_ms, ...)
  if not is_held(id, token) then return {0} end
  local listed, now = cjson.decode(parts), now_ms()
  unhand(id)
  redis.call('HSET', key('job', id), 'parts', #listed, 'parts_left', #listed, 'characters', characters, 'total', total, ...)
  add_parts(id, field(id, 'sequence'), listed)
  announce(id, 'running')
  return {1, hints_for_parts(id, listed, max_hints, hint_lost_ms, now)}
end
