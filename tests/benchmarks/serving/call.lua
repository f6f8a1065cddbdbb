-- Sends a GET with the header fields of a file, a field in each line until an empty one, and then to each of the
-- targets that follow in turn. Prints one line of JSON at the end; times are in microseconds.

local requests, turn = {}, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  for field in lines do
    if field == "" then
      break
    end
    local name, value = field:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  for target in lines do
    requests[#requests + 1] = wrk.format("GET", target)
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
