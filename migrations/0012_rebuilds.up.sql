-- How often a view was rebuilt: a rebuild may change any of its rows and end at the position where it began, so that
-- whoever remembers rows by position must hear of it.

alter table projection_checkpoints add column rebuilds bigint not null default 0;
