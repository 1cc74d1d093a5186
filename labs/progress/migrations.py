"""The store's tables, version by version. What was released is never edited: a change is a new entry at the end."""

MIGRATIONS = (
    (
        """
        create table attempts (
            id integer primary key,
            taken_at text not null,        -- UTC, ISO 8601, seconds
            scenario text not null,
            scenario_hash text not null,
            title text not null,
            folder text,                   -- of the engagement; null: examined without one
            runtime text not null,
            seed integer not null,
            result text not null,          -- passed, failed, error
            score real,                    -- 0 to 100; null: not judged
            pass_mark real not null,
            reason text not null,
            currency text,
            money real,                    -- what the lap was worth; losses negative
            recovered real,                -- share of what the reference saves
            hints integer not null,        -- taken for this scenario before
            evidence text not null unique
        ) strict
        """,
        """
        create index attempts_of_scenario on attempts (scenario, taken_at)
        """,
        """
        create table checks (
            attempt integer not null references attempts on delete cascade,
            position integer not null,
            id text not null,
            family text not null,
            gate integer not null,
            weight real not null,
            verdict text not null,
            credit real not null,
            points real not null,
            worth real not null,
            expected text not null,
            observed text not null,
            primary key (attempt, id)
        ) strict, without rowid
        """,
        """
        create table hints (
            scenario text not null,
            "check" text not null,
            folder text not null,
            taken_at text not null,
            primary key (scenario, "check", folder)
        ) strict, without rowid
        """,
        """
        create table engagements (
            folder text primary key,
            scenario text not null,        -- as the engagement's own file names it
            opened_at text not null
        ) strict, without rowid
        """,
    ),
)
"""Statements by version: entry n takes a store from version n to n + 1. The version stands in `pragma user_version`."""
