-- Keys that seal personal data inside events, one per person, wrapped by a master key outside the database.

create table personal_keys (
    person_id   uuid        not null primary key,
    -- Null after erasure: the row stays as a tombstone, and only a tombstone reads as "no data".
    wrapped_key bytea,
    created_at  timestamptz not null default now(),
    erased_at   timestamptz,
    check ((wrapped_key is null) = (erased_at is not null))
);

-- Which master key fits this database; says nothing of the key itself.
create table master_key_check (
    one         boolean     not null primary key default true check (one),
    fingerprint bytea       not null
);
