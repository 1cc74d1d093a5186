-- What the core banking system has, and what it shows. Nobody but its owner sees schema lender.
CREATE SCHEMA lender;
CREATE TABLE lender.book (
    id text PRIMARY KEY, applied_at timestamp, income int, utilisation double precision, tenure int, enquiries int,
    amount int, term_years int, sector text, wave int, payment_holiday boolean, past_arrears int, arrears int, granted boolean,
    defaulted boolean, late boolean
);
CREATE TABLE lender.applications (LIKE lender.book INCLUDING ALL);
CREATE INDEX ON lender.applications (applied_at);

CREATE TABLE public.decisions (
    application_id text PRIMARY KEY,
    decided_at timestamp DEFAULT clock.now(),
    decision text NOT NULL CHECK (decision IN ('approve', 'decline')),
    probability double precision NOT NULL,
    model text NOT NULL,
    reasons text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE public.alarms (
    id bigint GENERATED ALWAYS AS IDENTITY,
    raised_at timestamp DEFAULT clock.now(),
    since timestamp NOT NULL,
    instalments int NOT NULL,
    late int NOT NULL
);
CREATE TABLE public.models (
    model text PRIMARY KEY,
    registered_at timestamp DEFAULT clock.now(),
    algorithm text NOT NULL,
    params jsonb NOT NULL,
    trained_from timestamp,
    trained_until timestamp,
    loans int,
    auc_champion double precision,
    auc_challenger double precision
);
INSERT INTO public.models VALUES
    ('scorecard-2024-12', NULL, 'logistic', '{"file": "models/scorecard-2024-12.json"}', '2019-01-01', '2024-12-30', 6329, NULL, NULL);

CREATE TABLE public.trials (
    model text NOT NULL REFERENCES public.models,
    application_id text NOT NULL,
    champion double precision NOT NULL,
    challenger double precision NOT NULL,
    PRIMARY KEY (model, application_id)
);

CREATE VIEW public.applications AS
    SELECT id AS application_id, applied_at, income, utilisation, tenure, enquiries, amount, term_years, sector, arrears,
           payment_holiday
    FROM (SELECT * FROM lender.book UNION ALL SELECT * FROM lender.applications) both_
    WHERE applied_at <= (SELECT clock.now());

CREATE VIEW public.loans AS
    SELECT a.id AS application_id, a.applied_at AS granted_at, a.model, a.probability,
           CASE WHEN a.applied_at + interval '30 days' > now_.now THEN NULL
                WHEN a.payment_holiday THEN 'deferred' WHEN a.late THEN 'late' ELSE 'paid' END AS first_instalment,
           CASE WHEN a.applied_at + interval '90 days' <= now_.now THEN a.defaulted END AS defaulted
    FROM (
        SELECT b.id, b.applied_at, NULL AS model, NULL::double precision AS probability, b.payment_holiday, b.late,
               b.defaulted
        FROM lender.book b WHERE b.granted
        UNION ALL
        SELECT l.id, l.applied_at, d.model, d.probability, l.payment_holiday, l.late, l.defaulted
        FROM public.decisions d JOIN lender.applications l ON l.id = d.application_id
        WHERE d.decision = 'approve'
    ) a, (SELECT clock.now() AS now) now_
    WHERE a.applied_at <= now_.now;
