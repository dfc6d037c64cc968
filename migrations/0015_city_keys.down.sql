-- A server of before finds such cities again after `hbnb projections rebuild places`, which makes its own keys.
select 1;
