-- Options that clients keep under names.
--
--   templates:<client>       hash  name -> sealed options
--   template-times:<client>  hash  name -> when it was last put, so that a list need not carry the options

-- client name box most -> {1, now} when it is new, {0, now} when it was changed, {-1} when there are too many.
function operations.put_template(client, name, box, most)
  local boxes, now = key('templates', client), digits(now_ms())
  local is_new = redis.call('HEXISTS', boxes, name) == 0
  if is_new and redis.call('HLEN', boxes) >= tonumber(most) then return {-1} end
  redis.call('HSET', boxes, name, box)
  redis.call('HSET', key('template-times', client), name, now)
  return {is_new and 1 or 0, tonumber(now)}
end

-- client name -> 1, or 0 when there was none.
function operations.delete_template(client, name)
  redis.call('HDEL', key('template-times', client), name)
  return redis.call('HDEL', key('templates', client), name)
end

-- client name -> {box, put_ms}, or {false, false} when there is none.
function operations.read_template(client, name)
  return {redis.call('HGET', key('templates', client), name), redis.call('HGET', key('template-times', client), name)}
end
