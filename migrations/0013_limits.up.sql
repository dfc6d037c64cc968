-- What earlier passwords opened ends with them, letters are counted, and tokens that expired are found.

-- The version of the credentials whose password opened the session.
alter table sessions add column credentials_version bigint not null default 0;

-- The letter that the token is in: what asks for another one each minute must not fill a mailbox.
alter table account_tokens add column letter text not null default '';

create index refresh_tokens_expires_at on refresh_tokens (expires_at);
