-- The log: one total order without gaps, and what is decided in the same transaction.

create table events (
    -- 1, 2, 3, ... in commit order, given by the appender under its advisory lock; never a gap.
    position       bigint      not null primary key,
    aggregate_type text        not null,
    aggregate_id   text        not null,
    sequence       bigint      not null check (sequence > 0),
    event_type     text        not null,
    event_version  text        not null,
    -- json, not jsonb: stored byte for byte, so that history stays provable.
    payload        json        not null,
    metadata       json        not null,
    -- Never decreasing with position.
    recorded_at    timestamptz not null,
    unique (aggregate_type, aggregate_id, sequence)
);

-- Set-wide rules: who holds what. Only the appender writes here.
create table claims (
    -- 1 e-mail, 2 night, 3 import, 4 review: see `event_store::claims`.
    kind     smallint not null,
    key      bytea    not null,
    holder   uuid     not null,
    primary key (kind, key)
);

-- What a client's Idempotency-Key did, written with its events.
create table idempotency_keys (
    subject     uuid        not null,
    scope       text        not null,
    key         text        not null,
    digest      bytea       not null,
    status      smallint    not null,
    resource_id uuid        not null,
    position    bigint      not null,
    recorded_at timestamptz not null,
    primary key (subject, scope, key)
);
create index idempotency_keys_recorded_at on idempotency_keys (recorded_at);
