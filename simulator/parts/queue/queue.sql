-- A queue in PostgreSQL: receivers skip what others hold (FOR UPDATE SKIP LOCKED), and a message that was received is
-- out of sight until its receiver acknowledges it or its time is over. All times are the customer's (clock.now()).
-- The deployment calls the functions in the second half; the tables are nobody's but the owner's.

CREATE SCHEMA queue;

CREATE TABLE queue.queues (
    name text PRIMARY KEY, visibility interval NOT NULL, attempts integer, may text[] NOT NULL
);
CREATE TABLE queue.messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL, key text, body text NOT NULL, kind text NOT NULL DEFAULT 'ordinary',
    published_at timestamp NOT NULL, visible_at timestamp NOT NULL,
    attempts integer NOT NULL DEFAULT 0, receipt uuid, holder text,
    dead boolean NOT NULL DEFAULT false, reason text,
    due double precision  -- of what the customer publishes: the wall second of the lap
);
CREATE INDEX messages_due ON queue.messages (queue, visible_at, id) WHERE NOT dead;
CREATE UNIQUE INDEX messages_receipt ON queue.messages (receipt);
CREATE TABLE queue.receipts (receipt uuid PRIMARY KEY, message bigint, queue text, key text, kind text, attempt integer);
CREATE TABLE queue.events (
    id bigint GENERATED ALWAYS AS IDENTITY, at double precision, queue text, message bigint, key text, kind text,
    event text, who text, attempt integer, detail text
);

CREATE FUNCTION queue.note(m queue.messages, what text, by_whom text, why text DEFAULT NULL) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, queue
    AS $$
        INSERT INTO queue.events (at, queue, message, key, kind, event, who, attempt, detail)
        VALUES (clock.at(), m.queue, m.id, m.key, m.kind, what, by_whom, m.attempts, why)
    $$;

CREATE FUNCTION queue.check_may(what text, with_queue text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, queue
    AS $$
        DECLARE rights text[];
        BEGIN
            SELECT may INTO rights FROM queue.queues WHERE name = with_queue;
            IF NOT FOUND THEN
                RAISE undefined_object USING MESSAGE = format('there is no queue %L', with_queue),
                    HINT = (SELECT 'There are: ' || string_agg(name, ', ' ORDER BY name) FROM queue.queues);
            END IF;
            IF NOT what = ANY (rights) AND session_user <> current_user THEN
                RAISE insufficient_privilege USING MESSAGE = format('%s may not %s with queue %L',
                    session_user, what, with_queue);
            END IF;
        END
    $$;

CREATE FUNCTION queue.take(from_queue text, up_to integer, by_whom text) RETURNS SETOF queue.messages
    LANGUAGE plpgsql SET search_path = pg_catalog, queue
    AS $$
        DECLARE
            rules queue.queues;
            now timestamp := clock.now();
            m queue.messages;
            taken integer := 0;
        BEGIN
            SELECT * INTO rules FROM queue.queues q WHERE q.name = from_queue;
            WHILE taken < up_to LOOP
                -- One at a time: a loop over all that is due would lock more than it takes.
                SELECT * INTO m FROM queue.messages d
                    WHERE d.queue = from_queue AND NOT d.dead AND d.visible_at <= now
                    ORDER BY d.visible_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED;
                EXIT WHEN NOT FOUND;
                IF m.receipt IS NOT NULL THEN
                    PERFORM queue.note(m, 'expired', m.holder);
                END IF;
                IF m.attempts >= rules.attempts THEN
                    UPDATE queue.messages d SET dead = true, receipt = NULL, reason = 'too many attempts'
                        WHERE d.id = m.id RETURNING * INTO m;
                    PERFORM queue.note(m, 'dead', NULL, m.reason);
                    CONTINUE;
                END IF;
                UPDATE queue.messages d SET receipt = gen_random_uuid(), holder = by_whom, attempts = d.attempts + 1,
                    visible_at = now + rules.visibility WHERE d.id = m.id RETURNING * INTO m;
                INSERT INTO queue.receipts VALUES (m.receipt, m.id, m.queue, m.key, m.kind, m.attempts);
                PERFORM queue.note(m, 'received', by_whom);
                taken := taken + 1;
                RETURN NEXT m;
            END LOOP;
        END
    $$;

CREATE FUNCTION queue.held(of_receipt uuid, for_what text, by_whom text) RETURNS queue.messages
    LANGUAGE plpgsql SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages;
        BEGIN
            SELECT * INTO m FROM queue.messages d WHERE d.receipt = of_receipt AND NOT d.dead FOR UPDATE;
            IF m.id IS NULL THEN
                INSERT INTO queue.events (at, queue, message, key, kind, event, who, attempt, detail)
                SELECT clock.at(), r.queue, r.message, r.key, r.kind, 'stale', by_whom, r.attempt, for_what
                FROM queue.receipts r WHERE r.receipt = of_receipt;
            END IF;
            RETURN m;
        END
    $$;

-- What the customer's own workers call.

CREATE FUNCTION queue.finish(receipt uuid, how text, by_whom text) RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages := queue.held(finish.receipt, how, by_whom);
        BEGIN
            IF m.id IS NULL THEN RETURN false; END IF;
            IF how = 'acked' THEN
                DELETE FROM queue.messages d WHERE d.id = m.id;
            ELSIF how = 'dead' THEN
                UPDATE queue.messages d SET dead = true, receipt = NULL, reason = 'cannot be read' WHERE d.id = m.id;
            ELSE
                UPDATE queue.messages d SET receipt = NULL, holder = NULL, visible_at = clock.now() WHERE d.id = m.id;
            END IF;
            PERFORM queue.note(m, how, by_whom);
            RETURN true;
        END
    $$;

CREATE FUNCTION queue.hand_on(to_queue text, receipt uuid, by_whom text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, queue
    AS $$
        DECLARE held queue.messages; m queue.messages; now timestamp := clock.now();
        BEGIN
            SELECT * INTO held FROM queue.messages d WHERE d.receipt = hand_on.receipt;
            IF held.id IS NULL THEN RETURN; END IF;
            INSERT INTO queue.messages (queue, key, body, published_at, visible_at)
                VALUES (to_queue, held.key, held.body, now, now) RETURNING * INTO m;
            PERFORM queue.note(m, 'published', by_whom);
        END
    $$;

CREATE FUNCTION queue.mourn(of_queue text, receipt uuid, by_whom text, why text) RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, queue
    AS $$
        INSERT INTO queue.events (at, queue, message, key, kind, event, who, attempt, detail)
        SELECT clock.at(), of_queue, r.message, r.key, r.kind, 'died', by_whom, r.attempt, why
        FROM (SELECT 1) one LEFT JOIN queue.receipts r ON r.receipt = mourn.receipt
    $$;

-- What the deployment calls.

CREATE FUNCTION queue.publish(to_queue text, key text, body text, delay interval DEFAULT '0') RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages; now timestamp := coalesce(clock.now(), '-infinity');
        BEGIN
            PERFORM queue.check_may('publish', to_queue);
            INSERT INTO queue.messages (queue, key, body, published_at, visible_at)
                VALUES (to_queue, publish.key, publish.body, now, now + delay) RETURNING * INTO m;
            PERFORM queue.note(m, 'published', session_user);
            RETURN m.id;
        END
    $$;
COMMENT ON FUNCTION queue.publish IS 'a new message, to be seen after delay; its number';

CREATE FUNCTION queue.receive(from_queue text, up_to integer DEFAULT 1)
    RETURNS TABLE (id bigint, receipt uuid, key text, body text, attempt integer, published_at timestamp)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        BEGIN
            PERFORM queue.check_may('receive', from_queue);
            RETURN QUERY SELECT t.id, t.receipt, t.key, t.body, t.attempts, t.published_at
                FROM queue.take(from_queue, least(up_to, 1000), session_user) t;
        END
    $$;
COMMENT ON FUNCTION queue.receive IS 'messages that nobody else has, oldest first; they come again unless acked in time';

CREATE FUNCTION queue.ack(receipt uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages := queue.held(ack.receipt, 'ack', session_user);
        BEGIN
            IF m.id IS NULL THEN RETURN false; END IF;
            DELETE FROM queue.messages d WHERE d.id = m.id;
            PERFORM queue.note(m, 'acked', session_user);
            RETURN true;
        END
    $$;
COMMENT ON FUNCTION queue.ack IS 'done with it; false: the receipt no longer counts, somebody else may have it';

CREATE FUNCTION queue.nack(receipt uuid, delay interval DEFAULT '0') RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages := queue.held(nack.receipt, 'nack', session_user);
        BEGIN
            IF m.id IS NULL THEN RETURN false; END IF;
            UPDATE queue.messages d SET receipt = NULL, holder = NULL, visible_at = clock.now() + delay WHERE d.id = m.id;
            PERFORM queue.note(m, 'nacked', session_user);
            RETURN true;
        END
    $$;
COMMENT ON FUNCTION queue.nack IS 'give it back, to be seen again after delay';

CREATE FUNCTION queue.extend(receipt uuid, by_time interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages := queue.held(extend.receipt, 'extend', session_user);
        BEGIN
            IF m.id IS NULL THEN RETURN false; END IF;
            UPDATE queue.messages d SET visible_at = clock.now() + by_time WHERE d.id = m.id;
            PERFORM queue.note(m, 'extended', session_user);
            RETURN true;
        END
    $$;
COMMENT ON FUNCTION queue.extend IS 'keep it for this much longer from now, in the customer''s time';

CREATE FUNCTION queue.dead_letter(receipt uuid, reason text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages := queue.held(dead_letter.receipt, 'dead_letter', session_user);
        BEGIN
            IF m.id IS NULL THEN RETURN false; END IF;
            UPDATE queue.messages d SET dead = true, receipt = NULL, reason = left(dead_letter.reason, 200)
                WHERE d.id = m.id;
            PERFORM queue.note(m, 'dead', session_user, left(dead_letter.reason, 200));
            RETURN true;
        END
    $$;
COMMENT ON FUNCTION queue.dead_letter IS 'put it aside: nobody receives it any more';

CREATE FUNCTION queue.dead(of_queue text, up_to integer DEFAULT 100)
    RETURNS TABLE (id bigint, key text, body text, attempts integer, reason text, published_at timestamp)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        BEGIN
            PERFORM queue.check_may('receive', of_queue);
            RETURN QUERY SELECT m.id, m.key, m.body, m.attempts, m.reason, m.published_at
                FROM queue.messages m WHERE m.queue = of_queue AND m.dead ORDER BY m.id LIMIT up_to;
        END
    $$;
COMMENT ON FUNCTION queue.dead IS 'what was put aside';

CREATE FUNCTION queue.replay(message bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE m queue.messages;
        BEGIN
            SELECT * INTO m FROM queue.messages d WHERE d.id = replay.message AND d.dead FOR UPDATE;
            IF m.id IS NULL THEN RETURN false; END IF;
            PERFORM queue.check_may('receive', m.queue);
            UPDATE queue.messages d SET dead = false, reason = NULL, attempts = 0, visible_at = clock.now()
                WHERE d.id = m.id;
            PERFORM queue.note(m, 'replayed', session_user);
            RETURN true;
        END
    $$;
COMMENT ON FUNCTION queue.replay IS 'a message that was put aside is received again, as if for the first time';

CREATE FUNCTION queue.depth(of_queue text)
    RETURNS TABLE (ready bigint, delayed bigint, in_flight bigint, dead bigint, oldest timestamp)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, queue
    AS $$
        DECLARE now timestamp := coalesce(clock.now(), '-infinity');
        BEGIN
            PERFORM queue.check_may('receive', of_queue);
            -- What the customer has not published yet is not there for anybody.
            RETURN QUERY SELECT
                count(*) FILTER (WHERE NOT m.dead AND m.visible_at <= now),
                count(*) FILTER (WHERE NOT m.dead AND m.visible_at > now AND m.receipt IS NULL),
                count(*) FILTER (WHERE NOT m.dead AND m.visible_at > now AND m.receipt IS NOT NULL),
                count(*) FILTER (WHERE m.dead),
                min(m.published_at) FILTER (WHERE NOT m.dead)
            FROM queue.messages m WHERE m.queue = of_queue AND m.published_at <= now;
        END
    $$;
COMMENT ON FUNCTION queue.depth IS 'how many messages a queue has, and how old the oldest one is';

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA queue FROM PUBLIC;
GRANT USAGE ON SCHEMA queue TO PUBLIC;
GRANT EXECUTE ON FUNCTION queue.publish, queue.receive, queue.ack, queue.nack, queue.extend, queue.dead_letter,
    queue.dead, queue.replay, queue.depth TO PUBLIC;
