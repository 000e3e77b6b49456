-- wrk script: POSTs the same body to each of many paths in turn; prints one line of JSON.
--   PATHS file of paths
--   BODY  the body
local requests, i = {}, 0

function init(args)
	local headers = { ["content-type"] = "application/json", ["x-rivet-encoding"] = "json" }
	for path in io.lines(os.getenv("PATHS")) do
		requests[#requests + 1] = wrk.format("POST", path, headers, os.getenv("BODY"))
	end
end

function request()
	i = i % #requests + 1
	return requests[i]
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format('{"operations":%d,"seconds":%.3f,"p50":%.3f,"p99":%.3f,"errors":%d}\n',
		summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
		e.status + e.connect + e.read + e.write + e.timeout))
end
