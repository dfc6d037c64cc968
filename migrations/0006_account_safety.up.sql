-- Passwords that change, sessions that are looked after, tokens that are sent by mail, accounts that are suspended.

-- The account's version at which the hash became the good one: changes are adopted in the order of the log.
alter table credentials add column version bigint not null default 0;

-- Hashes whose change is perhaps not in the log yet.
create table staged_passwords (
    change_id     uuid        not null primary key,
    user_id       uuid        not null,
    password_hash text        not null,
    created_at    timestamptz not null default now()
);

alter table sessions add column refreshed_at timestamptz;
update sessions set refreshed_at = opened_at;
alter table sessions alter column refreshed_at set not null;
-- What the client called itself; forgotten when the session ends.
alter table sessions add column user_agent text;
create index sessions_open on sessions (user_id, refreshed_at desc, id) where closed_at is null;

-- The digest of the token that followed: while that is unused, the answer which brought it may have been lost.
alter table refresh_tokens add column successor bytea;
-- Replaced before it was used. Whoever presents it has a copy, or lost the answer to the replacement.
alter table refresh_tokens add column withdrawn_at timestamptz;

create table account_tokens (
    -- SHA-256 of the token, which is 256 random bits: nothing to guess, so no slow hash.
    digest     bytea       not null primary key,
    user_id    uuid        not null,
    purpose    text        not null check (purpose in ('verify_email', 'reset_password')),
    expires_at timestamptz not null
);
create index account_tokens_user on account_tokens (user_id);
create index account_tokens_expires_at on account_tokens (expires_at);

alter table users_v1 add column email_verified boolean not null default false;
alter table users_v1 add column suspended boolean not null default false;

-- Whose places are hidden for the time being; each of their places says so, too.
alter table places_v1 add column hidden boolean not null default false;
create table suspended_hosts_v1 (
    owner_id uuid not null primary key
);
