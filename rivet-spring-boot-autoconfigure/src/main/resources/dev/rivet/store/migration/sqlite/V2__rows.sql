-- What belongs to an actor beside its state. These scripts move in lock-step, too.

-- when an actor has to wake at the latest although nobody calls it
CREATE TABLE IF NOT EXISTS rivet_alarm (
	actor_id text NOT NULL PRIMARY KEY,
	due_at integer NOT NULL
);

CREATE INDEX IF NOT EXISTS rivet_alarm_by_time ON rivet_alarm (due_at, actor_id);

CREATE TABLE IF NOT EXISTS rivet_value (
	actor_id text NOT NULL,
	item_key blob NOT NULL,
	content blob NOT NULL,
	PRIMARY KEY (actor_id, item_key)
);

CREATE TABLE IF NOT EXISTS rivet_message (
	actor_id text NOT NULL,
	id integer NOT NULL,
	name text NOT NULL,
	body blob NOT NULL,
	created_at integer NOT NULL,
	retries integer NOT NULL,
	next_try_at integer NOT NULL,
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_schedule (
	actor_id text NOT NULL,
	id text NOT NULL,
	action text NOT NULL,
	arguments blob NOT NULL,
	due_at integer NOT NULL,
	cron text,
	zone text,
	period integer,
	history_limit integer NOT NULL,
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_fire (
	actor_id text NOT NULL,
	id integer NOT NULL,
	schedule_id text NOT NULL,
	action text NOT NULL,
	due_at integer NOT NULL,
	fired_at integer NOT NULL,
	finished_at integer,
	result text NOT NULL,
	error text,
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_connection (
	actor_id text NOT NULL,
	id text NOT NULL,
	parameters blob,
	state_type text,
	state blob,
	PRIMARY KEY (actor_id, id)
);
