-- What the keys were made of is still there: a rebuild of the view `places` makes those of before.
select 1;
