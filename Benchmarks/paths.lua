-- wrk: reads the paths of BENCH_PATHS, one a line, in turn, signed in.
local paths = {}
local count = 0

function init()
  for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
  local cookie = os.getenv("BENCH_COOKIE") or ""
  if cookie ~= "" then
    wrk.headers["Cookie"] = cookie
    wrk.headers["Accept"] = "text/html"
  else
    wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  end
end

function request()
  count = count + 1
  return wrk.format("GET", paths[count % #paths + 1])
end
