-- The only writer of job records. One call is one atomic transition.
--
-- Called as EVALSHA sha 0 OPERATION ARGUMENT...; Python joins the files of this folder and fills in the @NAMES@
-- (shared/jobs/script.py). Keys, all built from the prefix (shared/keys.py has the same shapes):
--   job:<id>          hash    a job: version id client model lane state revision token attempts sequence characters total
--                             succeeded failed created_ms deadline_ms has_deadline started_ms finished_ms expires_ms
--                             wrapped_key problem worker parts parts_left assembles canceling keep_input metadata webhook
--                             webhook_events file idempotency dead replay_of replayed_as traceparent
--   job:<id>.<n>      hash    a part of a job, job:<id>.end its last step: version parent part lane state token attempts
--                             sequence characters total worker. A job of one part is its own unit of work.
--                             Of every unit: queued_ms (since when it waits, where not since its job's created_ms),
--                             claimed_ms (the latest claim), node, trying (the document that is tried by itself), blamed (how many of
--                             its attempts ended at such a document)
--   blame:<unit>      hash    place of a document -> attempts that ended at it, <place>:why -> problem type
--   payload:<id>      hash    part -> sealed; "options" -> sealed, for jobs of several parts; gone when the job ends
--   file:<id>         hash    piece -> sealed: the uploaded file; gone when the job ends
--   found:<id>        hash    part -> sealed: what detection found, until the last step
--   lost:<id>         hash    part -> problem type, for parts that nobody will do
--   result:<id>       hash    page -> sealed; expires with the record
--   output:<id>       hash    piece -> sealed: the file that is given back; expires with the record
--   receipt:<id>      string  what was erased, when, by whom, signed
--   lane:<lane>       zset    queued units by their job's sequence: the queue itself; one given back takes its old place
--   lanes             set     lanes that may hold something
--   hints:<lane>      zset    units whose Celery message is under way, by the time of publishing
--   rate:<lane>       hash    count (decaying), at_ms: how fast units are claimed
--   running           zset    running units by the end of their lease
--   long:<node>       set     long units that a worker node runs
--   dead-letters      zset    jobs that failed since their worker did not outlive them, by finished_ms
--   deadlines         zset    jobs by the moment they expire: while queued, and until the end where the client set one
--   jobs:<client>     zset    job ids of a client by created_ms * 4096 + sequence % 4096
--   expiries          zset    "<client> <id>" of ended jobs by expires_ms
--   sequence          integer last sequence number
-- Times are milliseconds of the store's own clock: a worker's clock may be wrong.

local PREFIX = '@PREFIX@'
local MOVES = '@MOVES@'
local ENDS = '@ENDS@'
local VERSION = '@VERSION@'
local LEGAL = @LEGAL_MOVES@

local operations = {}

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function key(kind, name) return PREFIX .. kind .. ':' .. name end

local function field(id, name) return redis.call('HGET', key('job', id), name) end

-- Whether this script knows the major version of what wrote the record; records of before there were minor ones have it
-- alone, and parts of before had none. A record of another one stays where it is, for a worker that knows it.
local function is_known(version) return not version or string.match(version, '^%d+') == VERSION end

-- HINCRBY's numbers as strings: Lua would write a large one as 1e+15.
local function digits(number) return string.format('%d', number) end
