-- What guests and hosts say of each other after a stay, and what it comes to on average.

create table reviews_v1 (
    review_id    uuid        not null primary key,
    booking_id   uuid        not null,
    place_id     uuid        not null,
    author_id    uuid        not null,
    guest_id     uuid        not null,
    host_id      uuid        not null,
    -- place: by the guest; guest: by the host.
    subject      text        not null check (subject in ('place', 'guest')),
    -- submitted: its author alone may know of it.
    stage        text        not null check (stage in ('submitted', 'published', 'hidden')),
    rating       smallint,
    -- By category; null where its author was erased.
    categories   json,
    text         text,
    reply        text,
    replied_at   timestamptz,
    published_at timestamptz,
    version      bigint      not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null
);
create index reviews_v1_author on reviews_v1 (author_id, created_at desc, review_id);
create index reviews_v1_booking on reviews_v1 (booking_id, author_id);
create index reviews_v1_of_place on reviews_v1 (place_id, published_at desc, review_id)
    where subject = 'place' and stage = 'published';
create index reviews_v1_of_guest on reviews_v1 (guest_id, published_at desc, review_id)
    where subject = 'guest' and stage = 'published';

-- Sums over published reviews: averages are made of them when they are shown, so that nothing is ever rounded twice.
create table review_sums_v1 (
    -- A place, a guest (as its hosts found it), or a host (all its places together).
    subject    text   not null check (subject in ('place', 'guest', 'host')),
    subject_id uuid   not null,
    -- overall, or a category.
    category   text   not null,
    stars      bigint not null,
    count      bigint not null,
    primary key (subject, subject_id, category)
);

-- Stays that may still be reviewed: a completed booking does not change any more.
create index bookings_v1_completed_guest on bookings_v1 (guest_id, updated_at) where status = 'completed';
create index bookings_v1_completed_host on bookings_v1 (host_id, updated_at) where status = 'completed';
