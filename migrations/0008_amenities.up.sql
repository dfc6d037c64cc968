-- What admins added to the amenities that the program itself brings.
create table amenities_v1 (
    amenity_id uuid        not null primary key,
    code       text        not null unique,
    name_en    text        not null,
    name_fr    text        not null,
    added_by   uuid        not null,
    version    bigint      not null,
    created_at timestamptz not null
);
