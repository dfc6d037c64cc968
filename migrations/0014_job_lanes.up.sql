-- Jobs that call out of the house wait for others, and for long: they have a lane of their own, so that they never hold
-- up a timer. Letters that wait now stay in the house's lane.

alter table jobs add column lane text not null default 'house' check (lane in ('house', 'outside'));
create index jobs_due_in_lane on jobs (lane, due_at, id) where due_at is not null;
drop index jobs_due;
