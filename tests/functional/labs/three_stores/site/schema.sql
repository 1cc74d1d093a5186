CREATE TABLE sites (code text PRIMARY KEY, name text);
INSERT INTO sites VALUES ('A', 'Aachen'), ('B', 'Bergen');
CREATE TABLE scans (id text PRIMARY KEY, site text REFERENCES sites, qty int, at timestamp);
