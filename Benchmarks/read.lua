-- wrk: reads what the command line names, signed in; an item of BENCH_CASES, one id a line, stands for CASE in the path.
local cases = {}
local count = 0

function init()
  for line in io.lines(os.getenv("BENCH_CASES")) do cases[#cases + 1] = line end
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
end

function request()
  count = count + 1
  return wrk.format("GET", (wrk.path:gsub("CASE", cases[count * 37 % #cases + 1])))
end
