create index jobs_due on jobs (due_at, id) where due_at is not null;
drop index jobs_due_in_lane;
alter table jobs drop column lane;
