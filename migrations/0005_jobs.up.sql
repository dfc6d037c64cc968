-- The durable job queue: work that something decided and somebody has yet to do, timers included.

create table jobs (
    id           bigint      generated always as identity primary key,
    -- What to do and with what: the queue itself understands neither.
    kind         text        not null,
    payload      json        not null,
    -- Names the reason for the job (`reactor:position`); a repeat under the same key adds nothing while the row is kept.
    key          text        not null unique,
    -- ready: waits for run_at; leased: a worker has it until leased_until; done: kept for a while for the sake of its
    -- key; dead: given up, waits for an operator.
    state        text        not null default 'ready' check (state in ('ready', 'leased', 'done', 'dead')),
    -- Not before this; every retry moves it.
    run_at       timestamptz not null,
    leased_until timestamptz,
    -- Leases that count against max_attempts.
    attempts     integer     not null default 0 check (attempts between 0 and max_attempts),
    max_attempts integer     not null check (max_attempts > 0),
    -- Grows with every lease and never shrinks: only the latest lease's holder may say how the job ended.
    fence        bigint      not null default 0,
    last_error   text,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    -- When a worker may take the job next, whether for the first time or from a worker that went silent.
    due_at       timestamptz generated always as (
                     case state when 'ready' then run_at when 'leased' then leased_until end
                 ) stored,
    check ((state = 'leased') = (leased_until is not null)),
    check ((state in ('done', 'dead')) = (finished_at is not null)),
    check (state <> 'ready' or attempts < max_attempts)
);

create index jobs_due on jobs (due_at, id) where due_at is not null;
create index jobs_done on jobs (finished_at) where state = 'done';
create index jobs_dead on jobs (id) where state = 'dead';
