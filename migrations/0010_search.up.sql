-- What places are found by.

create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists cube;

-- Dictionaries of our own: they need no stop-word files, which not every server has.
create text search dictionary hbnb_english (template = snowball, language = english);
create text search dictionary hbnb_french (template = snowball, language = french);

create text search configuration hbnb_simple (copy = simple);
alter text search configuration hbnb_simple
    alter mapping for asciiword, word, numword, asciihword, hword, numhword,
                      hword_asciipart, hword_part, hword_numpart with unaccent, simple;
create text search configuration hbnb_english (copy = simple);
alter text search configuration hbnb_english
    alter mapping for asciiword, word, numword, asciihword, hword, numhword,
                      hword_asciipart, hword_part, hword_numpart with unaccent, hbnb_english;
create text search configuration hbnb_french (copy = simple);
alter text search configuration hbnb_french
    alter mapping for asciiword, word, numword, asciihword, hword, numhword,
                      hword_asciipart, hword_part, hword_numpart with unaccent, hbnb_french;

-- The words of a text as they stand, and by their stems in the languages of the house.
create function hbnb_words(text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('hbnb_simple', $1) || to_tsvector('hbnb_english', $1) || to_tsvector('hbnb_french', $1)
$$;

-- A point of the Earth in space, in kilometres from its centre (mean radius after IUGG): an index finds neighbours
-- there without poles and date lines. Null for no point.
create function hbnb_spot(latitude double precision, longitude double precision) returns cube
    language sql immutable strict parallel safe as $$
    select cube(array[6371.0088 * cosd(latitude) * cosd(longitude),
                      6371.0088 * cosd(latitude) * sind(longitude),
                      6371.0088 * sind(latitude)])
$$;

-- A place as it is searched for: narrow, since unselective questions read many rows. What is shown is in places_v1.
create table place_search_v1 (
    place_id     uuid             not null primary key,
    -- The position of the log that changed it last.
    position     bigint           not null,
    -- Whether anybody may find it. The rest is kept up only while it is so.
    listed       boolean          not null,
    created_at   timestamptz      not null,
    price_minor  bigint           not null,
    currency     text             not null,
    price_milli  bigint           not null,
    -- Which bar of the histogram of prices counts it.
    price_band   smallint         not null,
    -- Where strangers see it: in degrees, and as a point in space, in kilometres from the Earth's centre.
    latitude     double precision,
    longitude    double precision,
    spot         cube,
    city         text,
    city_key     text,
    capacity     integer          not null,
    min_nights   integer          not null,
    max_nights   integer          not null,
    instant_book boolean          not null,
    amenities    text[]           not null,
    stars        bigint           not null default 0,
    reviews      bigint           not null default 0,
    -- The average of its published reviews in hundredths of a star, halves rounded up; 0 without any.
    rating       integer          not null generated always as
                     (case reviews when 0 then 0 else (stars * 200 + reviews) / (reviews * 2) end) stored,
    title_words  tsvector,
    -- Of everything that is searched in, without their positions.
    words        tsvector
);
create index place_search_v1_position on place_search_v1 (position, place_id);
create index place_search_v1_newest on place_search_v1 (created_at desc, place_id) where listed;
create index place_search_v1_cheapest on place_search_v1 (price_milli, place_id) where listed;
create index place_search_v1_dearest on place_search_v1 (price_milli desc, place_id) where listed;
create index place_search_v1_rated on place_search_v1 (rating desc, place_id) where listed;
create index place_search_v1_price on place_search_v1 (currency, price_minor) where listed;
create index place_search_v1_city on place_search_v1 (city_key text_pattern_ops, created_at desc, place_id)
    where listed;
create index place_search_v1_spot on place_search_v1 using gist (spot) where listed;
-- With short lists of pending entries: writing costs a fraction of what it does without them, and every question reads
-- through them.
create index place_search_v1_amenities on place_search_v1 using gin (amenities)
    with (gin_pending_list_limit = 128) where listed;
create index place_search_v1_title_words on place_search_v1 using gin (title_words)
    with (gin_pending_list_limit = 128) where listed;
create index place_search_v1_words on place_search_v1 using gin (words)
    with (gin_pending_list_limit = 128) where listed;

-- The stars that a published review gave, to be taken back if it is hidden.
create table place_stars_v1 (
    review_id uuid     not null primary key,
    place_id  uuid     not null,
    stars     smallint not null
);

-- Every word of a place that can be found: what a mistyped word may have meant.
create table place_words_v1 (
    word text not null primary key
);
create index place_words_v1_trigrams on place_words_v1 using gin (word gin_trgm_ops) with (gin_pending_list_limit = 128);
create index place_words_v1_prefix on place_words_v1 (word text_pattern_ops);

-- The position of the log that last took or freed a night of a place.
create table place_calendars_v1 (
    place_id uuid   not null primary key,
    position bigint not null
);
create index place_calendars_v1_position on place_calendars_v1 (position, place_id);

-- Places are found by the table above from now on.
drop index places_v1_newest;
drop index places_v1_cheapest;
drop index places_v1_dearest;
drop index places_v1_price;
drop index places_v1_city;
drop index places_v1_shown;
drop index places_v1_amenities;

-- Both views are filled again from the log.
delete from places_v1;
delete from suspended_hosts_v1;
delete from place_nights_v1;
delete from place_blocks_v1;
delete from projection_checkpoints where name in ('places', 'availability');
delete from parked_events where name in ('places', 'availability');

alter table places_v1 add column price_band smallint not null;

-- Who feeds indexes outside the database, by the engine's name and the version of the indexes' settings: one process at a
-- time, under a lease with a fence.
create table search_feeders (
    name         text        not null,
    version      integer     not null,
    fence        bigint      not null default 0,
    leased_until timestamptz,
    -- How often feeding has failed since it last succeeded, why, and when it may be tried again.
    attempts     integer     not null default 0,
    last_error   text,
    retry_at     timestamptz,
    updated_at   timestamptz not null default clock_timestamp(),
    primary key (name, version)
);

-- The indexes outside the database. Which one is asked is decided here, in the transaction that moves its position.
create table search_indexes (
    -- As its engine names it.
    uid      text        not null primary key,
    name     text        not null,
    version  integer     not null,
    -- `filling` from the start, `live` (it is asked), or `retired`: to be deleted once nobody asks it any more.
    state    text        not null check (state in ('filling', 'live', 'retired')),
    -- What the engine tells it apart by from another index of the same uid; null until it is made there.
    mark     text,
    -- It contains the log up to here.
    position bigint      not null default 0,
    -- How often the views that it is made of had been rebuilt when it was begun.
    rebuilds bigint      not null default 0,
    since    timestamptz not null default clock_timestamp(),
    foreign key (name, version) references search_feeders (name, version)
);
create unique index search_indexes_one_in_use on search_indexes (name, version, state) where state <> 'retired';
