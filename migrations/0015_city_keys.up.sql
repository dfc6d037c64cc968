-- Names of cities are compared without letters that many keyboards lack: `Łódź` is `lodz`, `København` is `kobenhavn`. The
-- keys of letters that were taken for accented ones (`й`, `ガ`), and any that a server of before writes beside this, are
-- mended by `hbnb projections rebuild places`.

update places_v1 p set city_key = k.key
from places_v1 o
cross join lateral (
    select replace(replace(replace(replace(translate(normalize(o.city_key, nfc),
               'øłđðħıĸŋŧ', 'olddhiqnt'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'þ', 'th') as key) k
where o.place_id = p.place_id and o.city_key <> k.key;

update place_search_v1 s set city_key = p.city_key
from places_v1 p
where p.place_id = s.place_id and s.city_key <> p.city_key;
