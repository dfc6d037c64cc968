-- A write to an index that was never answered may still be done, late, and put back what later ones have replaced: of
-- places that the log has changed after `doubted_from`. What an index holds of those is not relied on until they have
-- been written once more, when nothing can be under way any longer. So it is while a write is under way, too, since
-- whoever writes may die.
alter table search_indexes
    add column doubted_from  bigint,
    add column doubted_since timestamptz,
    add constraint search_indexes_doubted check ((doubted_from is null) = (doubted_since is null));
