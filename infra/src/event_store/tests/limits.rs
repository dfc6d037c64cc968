use commands::ports::log::{Append, AppendError};
use uuid::Uuid;

use super::support::{booking, event, events, on_each, on_postgres, spawn};
use crate::event_store::{AppenderSettings, MAX_CLAIMS_PER_COMMAND, MAX_EVENTS_PER_COMMAND};

#[test]
fn more_than_the_log_takes_at_once_is_rejected() {
    on_each(async |database| {
        let appender = database.appender();
        let claims = i32::try_from(MAX_CLAIMS_PER_COMMAND).unwrap();
        let huge = {
            let mut append = event(Uuid::new_v4(), 0);
            append.events[0].payload = format!("\"{}\"", "x".repeat(2_000_000));
            append
        };
        for too_much in [
            booking(Uuid::new_v4(), 0, claims + 1),
            events(Uuid::new_v4(), 0, MAX_EVENTS_PER_COMMAND + 1),
            Append { events: Vec::new(), ..booking(Uuid::new_v4(), 0, 1) },
            huge,
        ] {
            assert!(matches!(appender.append(too_much).await, Err(AppendError::Rejected(_))));
        }
        appender.append(booking(Uuid::new_v4(), 0, claims)).await.unwrap();
        appender.append(events(Uuid::new_v4(), 0, MAX_EVENTS_PER_COMMAND)).await.unwrap();
    });
}

#[test]
fn more_than_a_batch_holds_goes_into_the_next() {
    on_postgres(async |database| {
        let appender = database.appender();
        let claims = i32::try_from(MAX_CLAIMS_PER_COMMAND).unwrap();
        let appends = (0..12).map(|_| booking(Uuid::new_v4(), 0, claims)).collect();
        let outcomes = database.in_one_batch(&appender, appends).await;
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(appender.counters().last_batch_size, 2, "5 of 750 claims each fit into 4,000");
        assert_eq!(database.count("claims").await, 12 * 750);
    });
}

#[test]
fn values_that_postgresql_cannot_store_are_rejected_before_they_are_sent() {
    on_each(async |database| {
        let appender = database.appender();
        let spoil = |spoil: fn(&mut Append)| {
            let mut append = event(Uuid::new_v4(), 0);
            spoil(&mut append);
            append
        };
        for poison in [
            spoil(|append| append.events[0].payload = r#"{"title":"\u0000"}"#.to_owned()),
            spoil(|append| append.events[0].payload = "{".to_owned()),
            spoil(|append| append.events[0].event_type = "a\0b".to_owned()),
            spoil(|append| append.events[0].metadata = "{}".to_owned()),
            spoil(|append| append.command_id = Uuid::new_v4()),
        ] {
            assert!(matches!(appender.append(poison).await, Err(AppendError::Rejected(_))));
        }
        assert_eq!(appender.counters().failures, 0);
    });
}

#[test]
fn a_value_that_only_the_database_refuses_rejects_its_own_command_alone() {
    on_postgres(async |database| {
        database.execute("alter table events add constraint poison check (event_type <> 'poison')").await;
        let appender = database.appender();
        let poison = || {
            let mut append = event(Uuid::new_v4(), 0);
            append.events[0].event_type = "poison".to_owned();
            append
        };
        let good = || event(Uuid::new_v4(), 0);
        let outcomes = database.in_one_batch(&appender, vec![good(), poison(), good(), poison(), good()]).await;
        for (n, outcome) in outcomes.iter().enumerate() {
            match outcome {
                Ok(_) => assert!(n % 2 == 0),
                Err(AppendError::Rejected(_)) => assert!(n % 2 == 1),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(database.assert_gapless().await, 4);
    });
}

#[test]
fn a_full_queue_says_so_at_once() {
    on_postgres(async |database| {
        let appender = database.appender_with(AppenderSettings { queue: 3, ..AppenderSettings::default() });
        let holder = database.hold_lock().await;
        let first = spawn(&appender, event(Uuid::new_v4(), 0));
        database.until_somebody_waits_for_the_lock().await;
        let waiting: Vec<_> = (0..3).map(|_| spawn(&appender, event(Uuid::new_v4(), 0))).collect();
        super::support::until("the queue is full", async || appender.counters().queued == 3).await;
        let refused = appender.append(event(Uuid::new_v4(), 0)).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(_))));
        drop(holder);
        first.await.unwrap().unwrap();
        for outcome in waiting {
            outcome.await.unwrap().unwrap();
        }
    });
}

#[test]
fn a_queue_is_full_by_what_it_weighs_too() {
    on_postgres(async |database| {
        let settings = AppenderSettings { queue_bytes: 2_000_000, ..AppenderSettings::default() };
        let appender = database.appender_with(settings);
        let heavy = || {
            let mut append = event(Uuid::new_v4(), 0);
            append.events[0].payload = format!("\"{}\"", "x".repeat(900_000));
            append
        };
        let holder = database.hold_lock().await;
        let first = spawn(&appender, heavy());
        database.until_somebody_waits_for_the_lock().await;
        let second = spawn(&appender, heavy());
        super::support::until("the second is queued", async || appender.counters().queued == 1).await;
        let refused = appender.append(heavy()).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(_))), "{refused:?}");
        let light = spawn(&appender, event(Uuid::new_v4(), 0));
        drop(holder);
        for outcome in [first, second, light] {
            outcome.await.unwrap().unwrap();
        }
        appender.append(heavy()).await.unwrap();
    });
}

#[test]
fn commands_beside_a_poisoned_one_are_appended() {
    on_each(async |database| {
        database.execute("alter table events add constraint poison check (event_type <> 'poison')").await;
        let appender = database.appender();
        let appends = (0..12).map(|n| {
            let mut append = event(Uuid::new_v4(), 0);
            if n % 4 == 0 {
                append.events[0].event_type = "poison".to_owned();
            }
            spawn(&appender, append)
        });
        let outcomes: Vec<_> = appends.collect();
        for (n, outcome) in outcomes.into_iter().enumerate() {
            assert_eq!(outcome.await.unwrap().is_ok(), n % 4 != 0);
        }
        assert_eq!(database.assert_gapless().await, 9);
    });
}
