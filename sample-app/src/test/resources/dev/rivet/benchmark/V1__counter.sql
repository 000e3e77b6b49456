CREATE TABLE counter (
	id varchar(100) PRIMARY KEY,
	n bigint NOT NULL
);
