-- What belongs to an actor beside its state. These scripts move in lock-step, too.

-- when an actor has to wake at the latest although nobody calls it
CREATE TABLE IF NOT EXISTS rivet_alarm (
	actor_id varchar(64) NOT NULL PRIMARY KEY,
	due_at bigint NOT NULL
);

CREATE INDEX IF NOT EXISTS rivet_alarm_by_time ON rivet_alarm (due_at, actor_id);

CREATE TABLE IF NOT EXISTS rivet_value (
	actor_id varchar(64) NOT NULL,
	item_key varbinary(2048) NOT NULL,
	content binary large object NOT NULL,
	PRIMARY KEY (actor_id, item_key)
);

CREATE TABLE IF NOT EXISTS rivet_message (
	actor_id varchar(64) NOT NULL,
	id bigint NOT NULL,
	name varchar(255) NOT NULL,
	body binary large object NOT NULL,
	created_at bigint NOT NULL,
	retries integer NOT NULL,
	next_try_at bigint NOT NULL,
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_schedule (
	actor_id varchar(64) NOT NULL,
	id varchar(255) NOT NULL,
	action varchar(255) NOT NULL,
	arguments binary large object NOT NULL,
	due_at bigint NOT NULL,
	cron varchar(255),
	zone varchar(255),
	period bigint,
	history_limit integer NOT NULL,
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_fire (
	actor_id varchar(64) NOT NULL,
	id bigint NOT NULL,
	schedule_id varchar(255) NOT NULL,
	action varchar(255) NOT NULL,
	due_at bigint NOT NULL,
	fired_at bigint NOT NULL,
	finished_at bigint,
	result varchar(16) NOT NULL,
	error varchar(1000000),
	PRIMARY KEY (actor_id, id)
);

CREATE TABLE IF NOT EXISTS rivet_connection (
	actor_id varchar(64) NOT NULL,
	id varchar(255) NOT NULL,
	parameters binary large object,
	state_type varchar(1024),
	state binary large object,
	PRIMARY KEY (actor_id, id)
);
