-- Sends the bodies of a file in turn. Its first line is the Authorization header: an argument would be in the
-- process list. Prints one line of JSON at the end; times are in microseconds.

local requests, turn = {}, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  wrk.method = "POST"
  wrk.headers["Authorization"] = lines()
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  for body in lines do
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
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
