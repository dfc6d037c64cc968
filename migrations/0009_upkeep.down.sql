drop index jobs_waiting;
drop index credentials_created_at;
drop index personal_keys_created_at;
