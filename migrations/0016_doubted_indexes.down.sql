alter table search_indexes drop column doubted_from, drop column doubted_since;
