-- Nothing is lost: the way up makes the tables again, and the projectors fill them from the log.
drop index bookings_v1_completed_host;
drop index bookings_v1_completed_guest;
drop table review_sums_v1;
drop table reviews_v1;
delete from projection_checkpoints where name = 'reviews';
delete from parked_events where name = 'reviews';
