-- What is still to be done would be forgotten: refused while there is any.
-- What is being written is waited for, and counts.
lock table jobs;

do $$
begin
    if exists (select from jobs where state <> 'done') then
        raise exception 'the queue holds unfinished jobs; dropping it would lose them';
    end if;
end $$;

drop table jobs;
