-- Sends the requests of a file in turn. Its first line is their method; header fields follow, one in each line until an
-- empty one: as arguments they would be in the process list. Every line then is a target to GET or a body to POST.
-- Prints one line of JSON at the end; times are in microseconds.

local requests, turn = {}, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  wrk.method = lines()
  for field in lines do
    if field == "" then
      break
    end
    local name, value = field:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  for line in lines do
    local posted = wrk.method == "POST"
    requests[#requests + 1] = posted and wrk.format(nil, nil, nil, line) or wrk.format(nil, line)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local form = '{"answered": %d, "duration": %d, "late": %d, "failed": %d}\n'
  io.write(string.format(form, summary.requests, summary.duration, latency:percentile(99), failed))
end
