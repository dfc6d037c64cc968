-- What earlier passwords opened ends with them, letters are counted, and tokens that expired are found.

-- The version of the credentials whose password opened the session.
alter table sessions add column credentials_version bigint not null default 0;

-- The letters of a day: what asks for another one each minute must not fill a mailbox.
create table letters (
    -- The job's key.
    id           text        not null primary key,
    -- A keyed digest of the address: of whom no account is left, one can still count.
    address_mark text        not null,
    kind         text        not null,
    asked_at     timestamptz not null
);
create index letters_address on letters (address_mark, kind, asked_at);
create index letters_asked_at on letters (asked_at);

create index refresh_tokens_expires_at on refresh_tokens (expires_at);
