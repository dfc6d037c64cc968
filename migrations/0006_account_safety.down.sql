-- Suspensions and verifications stay in the log; passwords that were adopted stay good.
drop table suspended_hosts_v1;
alter table places_v1 drop column hidden;
alter table users_v1 drop column suspended;
alter table users_v1 drop column email_verified;

drop table account_tokens;

alter table refresh_tokens drop column withdrawn_at;
alter table refresh_tokens drop column successor;

drop index sessions_open;
alter table sessions drop column user_agent;
alter table sessions drop column refreshed_at;

drop table staged_passwords;
alter table credentials drop column version;
