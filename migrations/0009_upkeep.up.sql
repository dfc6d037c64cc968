-- What the regular sweeps and the operator's lists look for.

create index personal_keys_created_at on personal_keys (created_at);
create index credentials_created_at on credentials (created_at);
create index jobs_waiting on jobs (state, id) where state in ('ready', 'leased');
