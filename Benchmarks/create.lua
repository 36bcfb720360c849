-- wrk: every request reports a new case on one of the company's machines. BENCH_SERIALS names them, one a line.
local serials = {}
for line in io.lines(os.getenv("BENCH_SERIALS")) do serials[#serials + 1] = line end
local threads = 0
local count = 0

-- Runs once for each of wrk's threads, which share no variables; `id` becomes a global of the thread.
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init()
  wrk.method = "POST"
  wrk.path = "/api/v1/requests"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
end

function request()
  count = count + 1
  local serial = serials[(count * 7 + id * 131) % #serials + 1]
  -- A careful client names each request, so that it may send it again.
  wrk.headers["Idempotency-Key"] = string.format("bench-%d-%d-%d", os.time(), id, count)
  return wrk.format(nil, nil, nil, string.format(
    '{"kind":"support","channel":"hotline","summary":"开机后图像全白 %d-%d","serialNumber":"%s","contact":{"name":"李敏","phone":"0791-8600%04d"}}',
    id, count, serial, count % 10000))
end
