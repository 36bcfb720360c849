-- wrk: reads the paths of BENCH_PATHS, one a line, in turn, signed in.
local paths = {}
local count = 0

function init()
  for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
end

function request()
  count = count + 1
  return wrk.format("GET", paths[count % #paths + 1])
end
