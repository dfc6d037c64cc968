-- The log knows nothing of views: they are forgotten.
drop index place_search_v1_best;
drop table place_views;
