-- What happened, counted where it happens: so no crash counts anything twice or not at all (docs/metrics.md).
--
--   totals  hash  "<what> [<label> ...]" -> how often, over all clients; histograms have a field a bucket, and a sum
--   store   hash  what the server says of itself, by the worker that reconciles (shared/jobs/figures.py)

local TOTALS = PREFIX .. 'totals'
-- Upper bounds of the buckets of times, in milliseconds.
local BOUNDS_MS = {@BOUNDS_MS@}

local function count_many(number, ...) redis.call('HINCRBY', TOTALS, table.concat({...}, ' '), number) end

local function count(...) count_many(1, ...) end

local function observe_ms(what, model, ms)
  ms = math.max(0, ms)
  local bound = 'inf'
  for _, each in ipairs(BOUNDS_MS) do
    if ms <= each then
      bound = digits(each)
      break
    end
  end
  count(what, model, bound)
  count_many(digits(ms), what, model, 'sum')
end

local function model_of(lane) return (string.gsub(lane, '%.bulk$', '')) end
