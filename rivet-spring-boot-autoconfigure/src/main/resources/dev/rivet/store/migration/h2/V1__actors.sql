-- These scripts move in lock-step, but for the numbers: a change to one database's is a change to all.

CREATE TABLE IF NOT EXISTS rivet_actor (
	-- H2 writes every index of a row that changes; a key that is a number has none
	number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id varchar(64) NOT NULL UNIQUE,
	name varchar(255) NOT NULL,
	actor_key varchar(1024) NOT NULL,
	-- empty while the actor lives, its id once it is destroyed: frees the key and keeps the row
	tombstone varchar(64) DEFAULT '' NOT NULL,
	crash_policy varchar(64) NOT NULL,
	created_at bigint NOT NULL,
	destroyed_at bigint,
	input binary large object,
	CONSTRAINT rivet_actor_living UNIQUE (actor_key, name, tombstone)
);

-- in the order of lists, which H2 would sort otherwise
CREATE INDEX IF NOT EXISTS rivet_actor_by_name ON rivet_actor (name, created_at DESC, id DESC);

-- what commits change, apart from what they leave alone: databases write whole rows and their indexes
CREATE TABLE IF NOT EXISTS rivet_state (
	actor_number bigint NOT NULL PRIMARY KEY,
	owner varchar(64),
	epoch bigint NOT NULL,
	change_number bigint NOT NULL,
	started_at bigint,
	slept_at bigint,
	error varchar(1000000),
	state binary large object
);

CREATE TABLE IF NOT EXISTS rivet_node (
	id varchar(64) NOT NULL PRIMARY KEY,
	lease_until bigint NOT NULL,
	place varchar(1024) NOT NULL,
	pid bigint NOT NULL,
	process_started bigint NOT NULL
);
