-- Read models. Every row here follows from the log and can be rebuilt from it; nothing decides on it.
-- A view's tables carry the version of its shape: an old and a new binary may run at once, each on its own tables.

-- How far each view, and each reactor, has read the log.
create table projection_checkpoints (
    name             text        not null,
    version          integer     not null,
    -- The last position whose effect the tables hold; 0 for none.
    position         bigint      not null check (position >= 0),
    state            text        not null default 'running' check (state in ('running', 'failed')),
    -- How often the event at failing_position has failed.
    attempts         integer     not null default 0,
    failing_position bigint,
    last_error       text,
    updated_at       timestamptz not null default now(),
    primary key (name, version)
);

-- Events that an operator has set aside: their projection goes on without them, also when it is rebuilt.
create table parked_events (
    name      text        not null,
    version   integer     not null,
    position  bigint      not null,
    reason    text        not null,
    error     text,
    parked_at timestamptz not null default now(),
    primary key (name, version, position)
);

create table users_v1 (
    user_id     uuid        not null primary key,
    email       text,
    first_name  text,
    last_name   text,
    phone       text,
    locale      text,
    time_zone   text,
    -- json, not jsonb: it keeps whatever a client put in, even what jsonb cannot hold.
    preferences json,
    roles       text[]      not null default '{}',
    closed      boolean     not null default false,
    version     bigint      not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index users_v1_newest on users_v1 (created_at desc, user_id);
-- Prefix search by admins; an index on the value itself, so that nulling the value forgets it here too.
create index users_v1_email on users_v1 (lower(email) text_pattern_ops);
create index users_v1_first_name on users_v1 (lower(first_name) text_pattern_ops);
create index users_v1_last_name on users_v1 (lower(last_name) text_pattern_ops);

create table places_v1 (
    place_id           uuid             not null primary key,
    owner_id           uuid             not null,
    status             text             not null,
    title              text,
    description        text,
    price_minor        bigint           not null,
    currency           text             not null,
    -- The price in thousandths of a major unit: comparable across currencies of different decimals.
    price_milli        bigint           not null,
    latitude           double precision,
    longitude          double precision,
    -- What strangers see, and what search uses: snapped unless the host shows the place exactly.
    shown_latitude     double precision,
    shown_longitude    double precision,
    location_precision text             not null,
    address            text,
    city               text,
    -- Without accents and case.
    city_key           text,
    country            text,
    time_zone          text             not null,
    capacity           integer          not null,
    min_nights         integer          not null,
    max_nights         integer          not null,
    check_in_time      time             not null,
    check_out_time     time             not null,
    house_rules        text,
    instant_book       boolean          not null,
    amenities          text[]           not null,
    version            bigint           not null,
    created_at         timestamptz      not null,
    updated_at         timestamptz      not null
);
create index places_v1_owner on places_v1 (owner_id, created_at desc, place_id);
create index places_v1_newest on places_v1 (created_at desc, place_id) where status = 'listed';
create index places_v1_cheapest on places_v1 (price_milli, place_id) where status = 'listed';
create index places_v1_dearest on places_v1 (price_milli desc, place_id) where status = 'listed';
create index places_v1_price on places_v1 (currency, price_minor) where status = 'listed';
create index places_v1_city on places_v1 (city_key, created_at desc, place_id) where status = 'listed';
create index places_v1_shown on places_v1 (shown_latitude, shown_longitude) where status = 'listed';
create index places_v1_amenities on places_v1 using gin (amenities) where status = 'listed';

-- A night that is not free, by the date on which it begins in the place's own zone.
create table place_nights_v1 (
    place_id uuid not null,
    night    date not null,
    kind     text not null check (kind in ('booked', 'pending', 'blocked')),
    -- The booking or the block.
    holder   uuid not null,
    primary key (place_id, night)
);
create index place_nights_v1_holder on place_nights_v1 (holder);

create table place_blocks_v1 (
    block_id   uuid        not null primary key,
    place_id   uuid        not null,
    from_date  date        not null,
    to_date    date        not null,
    reason     text,
    -- The place's version when the block was made.
    version    bigint      not null,
    created_at timestamptz not null
);
create index place_blocks_v1_place on place_blocks_v1 (place_id, from_date);

create table bookings_v1 (
    booking_id       uuid        not null primary key,
    place_id         uuid        not null,
    guest_id         uuid        not null,
    host_id          uuid        not null,
    status           text        not null,
    check_in         date        not null,
    check_out        date        not null,
    guests           integer     not null,
    -- Item by item, as frozen at the request.
    price            json        not null,
    total_minor      bigint      not null,
    currency         text        not null,
    time_zone        text        not null,
    check_in_at      timestamptz not null,
    check_out_at     timestamptz not null,
    expires_at       timestamptz not null,
    message          text,
    cancelled_by     text,
    cancelled_reason text,
    cancelled_at     timestamptz,
    version          bigint      not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null
);
create index bookings_v1_guest on bookings_v1 (guest_id, created_at desc, booking_id);
create index bookings_v1_host on bookings_v1 (host_id, created_at desc, booking_id);
create index bookings_v1_place on bookings_v1 (place_id, created_at desc, booking_id);
create index bookings_v1_newest on bookings_v1 (created_at desc, booking_id);

create table booking_timeline_v1 (
    booking_id uuid        not null,
    position   bigint      not null,
    type       text        not null,
    at         timestamptz not null,
    by         text        not null,
    reason     text,
    -- One position may hold several events, where an old one was lifted to many.
    primary key (booking_id, position, type)
);
