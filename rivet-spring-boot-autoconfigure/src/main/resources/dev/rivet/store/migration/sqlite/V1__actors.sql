-- These scripts move in lock-step: a change to one database's is a change to all.

CREATE TABLE IF NOT EXISTS rivet_actor (
	id text NOT NULL PRIMARY KEY,
	name text NOT NULL,
	actor_key text NOT NULL,
	-- empty while the actor lives, its id once it is destroyed: frees the key and keeps the row
	tombstone text DEFAULT '' NOT NULL,
	crash_policy text NOT NULL,
	created_at integer NOT NULL,
	destroyed_at integer,
	input blob,
	CONSTRAINT rivet_actor_living UNIQUE (actor_key, name, tombstone)
);

-- in the order of lists, which H2 would sort otherwise
CREATE INDEX IF NOT EXISTS rivet_actor_by_name ON rivet_actor (name, created_at DESC, id DESC);

-- what commits change, apart from what they leave alone: databases write whole rows and their indexes
CREATE TABLE IF NOT EXISTS rivet_state (
	actor_id text NOT NULL PRIMARY KEY,
	owner text,
	epoch integer NOT NULL,
	change_number integer NOT NULL,
	started_at integer,
	slept_at integer,
	error text,
	state blob
);

CREATE TABLE IF NOT EXISTS rivet_node (
	id text NOT NULL PRIMARY KEY,
	lease_until integer NOT NULL,
	place text NOT NULL,
	pid integer NOT NULL,
	process_started integer NOT NULL
);
