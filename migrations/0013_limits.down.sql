drop index refresh_tokens_expires_at;
drop table letters;
alter table sessions drop column credentials_version;
