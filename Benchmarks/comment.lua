-- wrk: every request adds a comment to one of the cases that BENCH_CASES names, one a line.
local cases = {}
for line in io.lines(os.getenv("BENCH_CASES")) do cases[#cases + 1] = line end
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  math.randomseed(os.time() * 2 + id)
end

function request()
  return wrk.format(nil, "/api/v1/requests/" .. cases[math.random(#cases)] .. "/comment", nil, '{"text":"已电话联系，约好明天上午到场"}')
end
