-- wrk script: creates an actor and calls its first action, over and over; prints one line of JSON in which both together
-- are one operation. Needs as many threads as connections, since a thread is not told whose response it gets.
--   RUN makes the keys of this run different from those of others
local ffi = require("ffi")
ffi.cdef [[
	typedef struct { long seconds; long micros; } clock_reading;
	int gettimeofday(clock_reading *time, void *zone);
]]
local reading = ffi.new("clock_reading")
local headers = { ["content-type"] = "application/json", ["x-rivet-encoding"] = "json" }
local threads = {}
local created, began, action = 0, 0, nil

-- globals, so that done() can read them
operations, errors, histogram = 0, 0, {}

local function now()
	ffi.C.gettimeofday(reading, nil)
	return tonumber(reading.seconds) * 1e6 + tonumber(reading.micros)
end

function setup(thread)
	threads[#threads + 1] = thread
	thread:set("number", #threads)
end

function request()
	if action then
		return action
	end
	created = created + 1
	began = now()
	return wrk.format("PUT", "/api/rivet/actors?namespace=default", headers, string.format(
		'{"name":"counter","key":"%s.%d.%d","runner_name_selector":"default","crash_policy":"sleep"}',
		os.getenv("RUN"), number, created))
end

function response(status, _, body)
	if action == nil then
		local id = status == 200 and body:match('"actor_id":"([^"]+)"')
		if id then
			action = wrk.format("POST", "/api/rivet/gateway/" .. id .. "/action/increment", headers, '{"args":[1]}')
		else
			errors = errors + 1
		end
		return
	end
	action = nil
	if status ~= 200 then
		errors = errors + 1
		return
	end
	operations = operations + 1
	local tens = math.floor((now() - began) / 10)
	histogram[tens] = (histogram[tens] or 0) + 1
end

function done(summary)
	local e = summary.errors
	local total, failed, times, slowest = 0, e.connect + e.read + e.write + e.timeout, {}, 0
	for _, thread in ipairs(threads) do
		total = total + thread:get("operations")
		failed = failed + thread:get("errors")
		for tens, count in pairs(thread:get("histogram")) do
			times[tens] = (times[tens] or 0) + count
			slowest = math.max(slowest, tens)
		end
	end
	local function percentile(fraction)
		local seen = 0
		for tens = 0, slowest do
			seen = seen + (times[tens] or 0)
			if seen >= total * fraction then
				return tens / 100
			end
		end
		return 0
	end
	io.write(string.format('{"operations":%d,"seconds":%.3f,"p50":%.3f,"p99":%.3f,"errors":%d}\n',
		total, summary.duration / 1e6, percentile(0.5), percentile(0.99), failed))
end
