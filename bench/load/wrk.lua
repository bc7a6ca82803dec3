-- Without BENCH_KEY: plain GETs; with BENCH_LINES (a file) of what it has, a line a request, after the path. With it, as that key's owner:
--   BENCH_BODY (a file): posts that body.
--   BENCH_FIRST, BENCH_LAST, BENCH_METHOD: one stamp a request, at random from that range, in a PUT's body or a GET's query.
local key = os.getenv("BENCH_KEY")
local file = os.getenv("BENCH_BODY")
local first, last = tonumber(os.getenv("BENCH_FIRST")), tonumber(os.getenv("BENCH_LAST"))

if key then
  wrk.headers["Authorization"] = "APIKey " .. key
end
if file then
  wrk.method = "POST"
  wrk.body = assert(io.open(file, "rb")):read("*a")
  wrk.headers["Content-Type"] = "application/json"
end

local lines = os.getenv("BENCH_LINES")
if lines then
  local requests, at = {}, 0
  for line in io.lines(lines) do
    requests[#requests + 1] = line
  end
  request = function()
    at = at % #requests + 1
    return wrk.format(nil, wrk.path .. requests[at])
  end
end

if first then
  math.randomseed(os.time())
  wrk.method = os.getenv("BENCH_METHOD")
  if wrk.method == "PUT" then
    wrk.headers["Content-Type"] = "application/json"
    request = function()
      return wrk.format(nil, nil, nil, string.format('{"stampIdx": %d}', math.random(first, last)))
    end
  else
    request = function()
      return wrk.format(nil, string.format("%s?stampIdx=%d", wrk.path, math.random(first, last)))
    end
  end
end

-- One line for the bench to read. Of a status over 399 wrk itself keeps count.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'SUMMARY {"answers": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
