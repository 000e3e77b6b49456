CREATE TABLE second_thing (id int);
