alter table projection_checkpoints drop column rebuilds;
