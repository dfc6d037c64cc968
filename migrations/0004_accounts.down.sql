-- Everybody would have to choose a new password, and nobody could: refused while there is any.
-- What is being written is waited for, and counts.
lock table credentials;

do $$
begin
    if exists (select from credentials) then
        raise exception 'there are passwords; dropping them would lock everybody out';
    end if;
end $$;

drop table refresh_tokens;
drop table sessions;
drop table credentials;
