-- Who did what, noted in the call that does it (shared/audit.py); gateway/audit/chainer.py makes a chain of the notes.
--
--   audit-inbox    stream  notes that stand in no chain yet: client key_id action subject request_id outcome count
--   audit          stream  the chain: the same with time_ms and hash; the id of an entry is <sequence>-0
--   audit-head     hash    statement (JSON: where the chain begins and ends), key_id, signature (base64) by the service
--   audit-anchors  list    the head at the end of each hour, as JSON

-- A year of hours, and some.
local MOST_ANCHORS = 9000

local function note(client, key_id, action, subject, request_id, count, outcome)
  redis.call('XADD', PREFIX .. 'audit-inbox', '*', 'client', client, 'key_id', key_id, 'action', action,
    'subject', subject, 'request_id', request_id, 'outcome', outcome, 'count', count)
end

local function head_of_audit() return redis.call('HMGET', PREFIX .. 'audit-head', 'statement', 'key_id', 'signature') end

-- Whether an operation's reply says that it did something: not when it is false, 0 or less, {}, {-1, ...} or just {0}.
local function did(reply)
  if type(reply) == 'table' then
    if type(reply[1]) ~= 'number' then return #reply > 0 end
    return reply[1] > 0 or (reply[1] == 0 and #reply > 1)
  end
  return reply and (type(reply) ~= 'number' or reply > 0)
end

-- client key_id action subject request_id count operation [argument ...] -> the operation's own reply. Both or neither.
function operations.audited(client, key_id, action, subject, request_id, count, operation, ...)
  local reply = operations[operation](...)
  note(client, key_id, action, subject, request_id, count, did(reply) and 'done' or 'no-effect')
  return reply
end

-- client key_id action subject request_id count outcome -> 1
function operations.note(...)
  note(...)
  return 1
end

-- client key_id action job request_id count -> 1 when there is such a job of the client, else 0
function operations.note_of_job(client, key_id, action, id, request_id, count)
  local is_theirs = field(id, 'client') == client
  note(client, key_id, action, id, request_id, count, is_theirs and 'done' or 'not-found')
  return is_theirs and 1 or 0
end

-- limit -> {{statement, key_id, signature}, notes in the inbox, oldest entries of the chain, length of the chain}
function operations.read_audit_work(limit)
  return {head_of_audit(), redis.call('XRANGE', PREFIX .. 'audit-inbox', '-', '+', 'COUNT', limit),
    redis.call('XRANGE', PREFIX .. 'audit', '-', '+', 'COUNT', limit), redis.call('XLEN', PREFIX .. 'audit')}
end

-- known statement key_id signature anchor kept_from first [id time_ms hash ...] -> 1, 0 when another chainer was first, -1 when
-- the chain is not as the head has it. known: the statement before, or ''. anchor: the head before as JSON, or ''. Entries
-- before kept_from are dropped. The notes with these ids go from the inbox to the chain, numbered from `first`.
function operations.extend_audit(known, statement, key_id, signature, anchor, kept_from, first, ...)
  local head, inbox, chain, links = PREFIX .. 'audit-head', PREFIX .. 'audit-inbox', PREFIX .. 'audit', {...}
  if (redis.call('HGET', head, 'statement') or '') ~= known then return 0 end
  local last = redis.call('XREVRANGE', chain, '+', '-', 'COUNT', 1)[1]
  if last and tonumber(string.match(last[1], '^%d+')) >= tonumber(first) then return -1 end
  local notes = {}
  for i = 1, #links, 3 do
    local found = redis.call('XRANGE', inbox, links[i], links[i])[1]
    if not found then return 0 end
    table.insert(notes, found[2])
  end
  for i, fields in ipairs(notes) do
    redis.call('XADD', chain, digits(first + i - 1) .. '-0', 'time_ms', links[3 * i - 1], 'hash', links[3 * i], unpack(fields))
    redis.call('XDEL', inbox, links[3 * i - 2])
  end
  redis.call('HSET', head, 'statement', statement, 'key_id', key_id, 'signature', signature)
  redis.call('XTRIM', chain, 'MINID', kept_from)
  if anchor ~= '' then
    redis.call('RPUSH', PREFIX .. 'audit-anchors', anchor)
    redis.call('LTRIM', PREFIX .. 'audit-anchors', -MOST_ANCHORS, -1)
  end
  return 1
end

-- after limit -> {{statement, key_id, signature}, entries of the chain after this number, notes in the inbox}, at one moment
function operations.read_audit(after, limit)
  return {head_of_audit(), redis.call('XRANGE', PREFIX .. 'audit', '(' .. after .. '-18446744073709551615', '+', 'COUNT',
    limit),
    redis.call('XLEN', PREFIX .. 'audit-inbox')}
end
