-- Simulated time inside the database: clock.now() for the customer's own SQL and for whoever else wants it.
CREATE SCHEMA clock;
CREATE TABLE clock.spans (begins double precision, ends double precision, sim_begins timestamp, rate double precision);
CREATE TABLE clock.start (epoch double precision);
CREATE TABLE clock.stands (sim timestamp);

CREATE FUNCTION clock.at() RETURNS double precision
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, clock
    AS $$ SELECT extract(epoch FROM clock_timestamp())::double precision - epoch FROM clock.start $$;
COMMENT ON FUNCTION clock.at() IS 'wall seconds since the lap began; null between laps';

CREATE FUNCTION clock.now() RETURNS timestamp
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, clock
    AS $$
        SELECT coalesce(
            (SELECT s.sim_begins + make_interval(secs => (a.at - s.begins) * s.rate)
             FROM (SELECT clock.at() AS at) a, clock.spans s
             WHERE a.at IS NOT NULL
             ORDER BY (a.at < s.ends) DESC, CASE WHEN a.at < s.ends THEN s.begins ELSE -s.begins END
             LIMIT 1),
            (SELECT sim FROM clock.stands))
    $$;
COMMENT ON FUNCTION clock.now() IS 'the customer''s local time; before a lap it stands where laps begin';

CREATE FUNCTION clock.rate() RETURNS double precision
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, clock
    AS $$
        SELECT s.rate FROM (SELECT clock.at() AS at) a, clock.spans s
        ORDER BY (a.at < s.ends) DESC, CASE WHEN a.at < s.ends THEN s.begins ELSE -s.begins END
        LIMIT 1
    $$;
COMMENT ON FUNCTION clock.rate() IS 'simulated seconds per wall second';

GRANT USAGE ON SCHEMA clock TO PUBLIC;
