//! What is acknowledged is in the log exactly once, whatever breaks.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use commands::ports::log::AppendError;
use sqlx::Executor as _;
use tokio::time::Instant;
use uuid::Uuid;

use super::idempotency::with_key;
use super::proxy::{Mode, Proxy};
use super::support::{Database, booking, event, on_postgres, spawn, until};
use crate::event_store::connection::Connections;
use crate::event_store::{Appender, AppenderSettings, WriteTo};

fn behind(proxy: &Proxy, database: &Database, settings: AppenderSettings) -> Appender {
    let write_to = WriteTo::Own(Box::new(proxy.in_front_of(&database.options)));
    Appender::start(write_to, Arc::clone(&database.master), settings)
}

#[test]
fn a_lost_connection_never_makes_an_event_twice_and_never_loses_one() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        let appender = behind(&proxy, database, AppenderSettings::default());
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        for (mode, is_ambiguous) in
            [(Mode::LoseAnswerToCommit, true), (Mode::LoseCommit, true), (Mode::LoseWrite, false)]
        {
            for n in 0..3 {
                let before = appender.counters();
                let rows = database.count("events").await;
                proxy.set(mode);
                let appended = appender.append(booking(Uuid::new_v4(), 0, 3)).await;
                assert_eq!(appended.unwrap().first_position, u64::try_from(rows + 1).unwrap(), "{mode:?} {n}");
                assert_eq!(database.count("events").await, rows + 1);
                assert_eq!(proxy.mode(), Mode::Pass, "the connection was lost");
                let after = appender.counters();
                assert_eq!(after.failures, before.failures + 1);
                assert_eq!(after.ambiguous_commits > before.ambiguous_commits, is_ambiguous);
            }
        }
        database.assert_gapless().await;
    });
}

#[test]
fn a_refusal_that_rests_on_a_lost_commit_is_decided_again() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        let appender = behind(&proxy, database, AppenderSettings::default());
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        for mode in [Mode::LoseAnswerToCommit, Mode::LoseCommit] {
            let place_id = Uuid::new_v4();
            let holder = database.hold_lock().await;
            let opener = spawn(&appender, event(Uuid::new_v4(), 0));
            database.until_somebody_waits_for_the_lock().await;
            let rivals: Vec<_> = (0..2).map(|_| spawn(&appender, booking(place_id, 0, 2))).collect();
            until("both wait", async || appender.counters().queued == 2).await;
            // The opener's commit is the first to come.
            proxy.set(Mode::HoldCommits);
            drop(holder);
            proxy.set(mode);
            opener.await.unwrap().unwrap();
            let mut won = 0;
            for rival in rivals {
                match rival.await.unwrap() {
                    Ok(_) => won += 1,
                    Err(AppendError::ClaimTaken { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(won, 1);
        }
        database.assert_gapless().await;
    });
}

#[test]
fn a_lost_commit_of_a_request_that_changed_nothing_is_found_out_too() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        let appender = behind(&proxy, database, AppenderSettings::default());
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        for (n, mode) in [Mode::LoseAnswerToCommit, Mode::LoseCommit].into_iter().enumerate() {
            let mut nothing = with_key(Uuid::new_v4(), "k", 1);
            nothing.events.clear();
            proxy.set(mode);
            let appended = appender.append(nothing.clone()).await.unwrap();
            assert_eq!(appended.last_position, 1, "{mode:?}");
            assert_eq!(appender.counters().ambiguous_commits, n as u64 + 1);
            assert_eq!(database.count("idempotency_keys").await, n as i64 + 1);
            assert!(matches!(appender.append(nothing).await, Err(AppendError::AlreadyDone(_))));
        }
    });
}

#[test]
fn an_outcome_that_cannot_be_asked_for_is_unresolved() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        let settings = AppenderSettings { resolve_within: Duration::from_millis(300), ..AppenderSettings::default() };
        let appender = behind(&proxy, database, settings);
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        proxy.set(Mode::LoseAnswerToCommitAndStayDown);
        let outcome = appender.append(event(Uuid::new_v4(), 0)).await;
        assert!(matches!(outcome, Err(AppendError::Unresolved(_))), "{outcome:?}");
        assert_eq!(appender.counters().ambiguous_commits, 1);
        proxy.set(Mode::Pass);
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        assert_eq!(database.assert_gapless().await, 3, "it was committed, and only once");
    });
}

#[test]
fn without_a_server_the_log_is_unavailable() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        proxy.set(Mode::Down);
        let settings = AppenderSettings { patience: Duration::from_millis(200), ..AppenderSettings::default() };
        let appender = behind(&proxy, database, settings);
        let outcome = appender.append(event(Uuid::new_v4(), 0)).await;
        assert!(matches!(outcome, Err(AppendError::Unavailable(_))), "{outcome:?}");
        proxy.set(Mode::Pass);
        until("the server is found again", async || appender.append(event(Uuid::new_v4(), 0)).await.is_ok()).await;
    });
}

#[test]
fn terminated_connections_under_load_cost_no_acknowledged_event() {
    on_postgres(async |database| {
        let appenders = [database.appender(), database.appender()];
        let writers: Vec<_> = (0..16)
            .map(|n| {
                let appender = appenders[n % 2].clone();
                tokio::spawn(async move {
                    let (stream, mut acknowledged) = (Uuid::new_v4(), Vec::new());
                    while acknowledged.len() < 60 {
                        let append = event(stream, acknowledged.len() as u64);
                        let command_id = append.command_id;
                        match appender.append(append).await {
                            Ok(_) => acknowledged.push(command_id),
                            Err(AppendError::Unavailable(_)) => {}
                            Err(other) => panic!("{other:?}"),
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        let mut terminated = 0;
        while writers.iter().any(|writer| !writer.is_finished()) {
            let ended: Vec<bool> = sqlx::query_scalar(
                "select pg_terminate_backend(pid) from pg_stat_activity \
                 where application_name = 'hbnb appender' and datname = current_database()",
            )
            .fetch_all(&database.pool)
            .await
            .unwrap();
            terminated += ended.len();
            let grown = database.count("events").await + 25;
            until("the log has grown", async || {
                database.count("events").await >= grown || writers.iter().all(|writer| writer.is_finished())
            })
            .await;
        }
        assert!(terminated > 5, "{terminated} connections were terminated");
        let mut acknowledged = HashSet::new();
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
        let stored: Vec<String> =
            sqlx::query_scalar("select metadata ->> 'command_id' from events").fetch_all(&database.pool).await.unwrap();
        let stored: Vec<Uuid> = stored.iter().map(|id| id.parse().unwrap()).collect();
        assert_eq!(stored.len(), acknowledged.len(), "nothing twice, nothing unasked for");
        assert!(stored.iter().all(|id| acknowledged.contains(id)));
        database.assert_gapless().await;
    });
}

#[test]
fn a_process_that_is_paused_with_the_lock_does_not_stop_the_others() {
    on_postgres(async |database| {
        // What a process does that is stopped after it took the lock: nothing.
        let mut paused = Connections::new(WriteTo::Own(Box::new(database.options.clone())));
        let mut lease = paused.lease(Duration::ZERO).await.unwrap();
        lease.connection().execute("begin; select pg_advisory_xact_lock(4852110)").await.unwrap();
        let appender = database.appender();
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        // Woken up, it finds its transaction gone, and can neither write nor commit.
        assert!(lease.connection().execute("delete from events").await.is_err());
        assert_eq!(database.assert_gapless().await, 1);
    });
}

#[test]
fn a_command_that_has_not_started_by_its_deadline_never_does() {
    on_postgres(async |database| {
        let settings = AppenderSettings { patience: Duration::from_millis(150), ..AppenderSettings::default() };
        let appender = database.appender_with(settings);
        let holder = database.hold_lock().await;
        let started = Instant::now();
        let waiting: Vec<_> = (0..3).map(|_| spawn(&appender, event(Uuid::new_v4(), 0))).collect();
        for outcome in waiting {
            let outcome = outcome.await.unwrap();
            assert!(matches!(outcome, Err(AppendError::Unavailable(_))), "{outcome:?}");
        }
        assert!(started.elapsed() < Duration::from_secs(2));
        drop(holder);
        until("the log works again", async || appender.append(event(Uuid::new_v4(), 0)).await.is_ok()).await;
        let events = database.count("events").await;
        assert_eq!(u64::try_from(events).unwrap(), appender.counters().events, "what was refused did not come later");
        assert_eq!(events, 1);
    });
}

#[test]
fn a_command_that_is_taken_back_while_it_waits_is_not_executed() {
    on_postgres(async |database| {
        let appender = database.appender();
        let holder = database.hold_lock().await;
        let first = spawn(&appender, event(Uuid::new_v4(), 0));
        database.until_somebody_waits_for_the_lock().await;
        let second = spawn(&appender, event(Uuid::new_v4(), 0));
        until("it is queued", async || appender.counters().queued == 1).await;
        second.abort();
        assert!(second.await.unwrap_err().is_cancelled());
        drop(holder);
        first.await.unwrap().unwrap();
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        assert_eq!(database.assert_gapless().await, 2);
    });
}

#[test]
fn a_command_that_has_started_is_answered_with_the_truth_after_its_deadline() {
    on_postgres(async |database| {
        let proxy = Proxy::start(&database.options);
        let patience = Duration::from_millis(300);
        let appender = behind(&proxy, database, AppenderSettings { patience, ..AppenderSettings::default() });
        until("the log works", async || appender.append(event(Uuid::new_v4(), 0)).await.is_ok()).await;
        let before = database.count("events").await;
        proxy.set(Mode::HoldCommits);
        let started = Instant::now();
        let outcome = spawn(&appender, event(Uuid::new_v4(), 0));
        until("the deadline is over", async || started.elapsed() > 2 * patience).await;
        assert!(!outcome.is_finished());
        proxy.set(Mode::Pass);
        outcome.await.unwrap().unwrap();
        assert_eq!(database.count("events").await, before + 1);
    });
}
