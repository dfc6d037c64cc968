drop index refresh_tokens_expires_at;
alter table account_tokens drop column letter;
alter table sessions drop column credentials_version;
