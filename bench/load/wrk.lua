-- With BENCH_BODY (a file) and BENCH_KEY: posts that body with that key. Without: plain GETs.
local body = os.getenv("BENCH_BODY")
if body then
  wrk.method = "POST"
  wrk.body = assert(io.open(body, "rb")):read("*a")
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "APIKey " .. os.getenv("BENCH_KEY")
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
