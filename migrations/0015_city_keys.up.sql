-- Names of cities are compared without letters that many keyboards lack: `Łódź` is `lodz`, `København` is `kobenhavn`. What
-- only looks accented (`й`, `ガ`) stays what it is. Here as near as SQL comes to it; what a rebuild of the view `places`
-- makes is exact.

update places_v1 p set city_key = k.key
from places_v1 o
cross join lateral (
    select trim(regexp_replace(unaccent(lower(normalize(o.city, nfc))),
                               '[\s''\u2010-\u2015\u2019\u02bc-]+', ' ', 'g')) as key) k
where o.place_id = p.place_id and p.city_key is distinct from k.key;

update place_search_v1 s set city_key = p.city_key
from places_v1 p
where p.place_id = s.place_id and s.city_key is distinct from p.city_key;
