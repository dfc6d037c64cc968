-- What of an account is not in the log: how its owner proves who they are.

create table credentials (
    user_id       uuid        not null primary key,
    -- Argon2id in PHC string format.
    password_hash text        not null,
    created_at    timestamptz not null default now()
);

-- A session is the family of its refresh tokens.
create table sessions (
    id         uuid        not null primary key,
    user_id    uuid        not null,
    opened_at  timestamptz not null,
    -- When its newest refresh token expires.
    expires_at timestamptz not null,
    closed_at  timestamptz
);
create index sessions_user on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

create table refresh_tokens (
    -- SHA-256 of the token, which is 256 random bits: nothing to guess, so no slow hash.
    digest     bytea       not null primary key,
    session_id uuid        not null references sessions (id) on delete cascade,
    expires_at timestamptz not null,
    -- A token is spent by its use; a second use revokes the session.
    spent_at   timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);
