-- Who looked at which place: beside the log, since nobody's history of reading belongs into a record for good.

create table place_views (
    user_id  uuid   not null,
    place_id uuid   not null,
    -- Hours since the beginning of 1970 (UTC): however often somebody looks within one, it is one view.
    hour     bigint not null,
    primary key (user_id, place_id, hour)
);
create index place_views_latest on place_views (user_id, hour desc, place_id);
create index place_views_hour on place_views (hour);

-- The best rated places first: each is taken to have five reviews of 3.5 stars beside its own, in thousandths of a star.
create index place_search_v1_best
    on place_search_v1 (((stars * 1000 + 17500) / (reviews + 5)) desc, created_at desc, place_id) where listed;
