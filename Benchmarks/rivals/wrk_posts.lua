-- For wrk: sends the lines of a file as bodies of requests, with the headers of webhooks.
--
--   wrk -t1 -c8 -d5s -s wrk_posts.lua URL -- BODIES
--
-- Prints requests, failures, wall seconds as a line of JSON in the end.

local requests, place = {}, 0

function init(arguments)
  local headers = {
    ["content-type"] = "application/json",
    ["webhook-id"] = "msg_0123456789abcdef0123456789abcdef",
    ["webhook-timestamp"] = "1764455400",
    ["webhook-signature"] = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  }
  for line in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
end

function request()
  place = place % #requests + 1
  return requests[place]
end

function done(summary)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests":%d,"failures":%d,"wall":%.6f}', summary.requests, failures, summary.duration / 1e6))
end
