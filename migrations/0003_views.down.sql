-- Nothing is lost: the way up makes the tables again, and the projectors fill them from the log.
drop table booking_timeline_v1;
drop table bookings_v1;
drop table place_blocks_v1;
drop table place_nights_v1;
drop table places_v1;
drop table users_v1;
drop table parked_events;
drop table projection_checkpoints;
