use std::time::Duration;

use commands::ports::log::AppendError;
use futures::FutureExt as _;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::Executor as _;
use uuid::Uuid;

use super::support::{event, events, on_postgres, spawn, until};

#[test]
fn two_appenders_make_one_order_without_gaps() {
    on_postgres(async |database| {
        const WRITERS: u64 = 24;
        const ROUNDS: u64 = 15;
        let appenders = [database.appender(), database.appender()];
        let writers = (0..WRITERS).map(|n| {
            let appender = appenders[usize::try_from(n % 2).unwrap()].clone();
            tokio::spawn(async move {
                let stream = Uuid::new_v4();
                let mut last = 0;
                for round in 0..ROUNDS {
                    let appended = appender.append(events(stream, 2 * round, 2)).await.unwrap();
                    assert_eq!(appended.version, 2 * round + 2);
                    assert_eq!(appended.last_position, appended.first_position + 1);
                    assert!(appended.first_position > last, "a stream's events stand in order");
                    last = appended.last_position;
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        // Whoever reads what is there never sees a later position before an earlier one.
        let mut seen = 0;
        while writers.iter().any(|writer| !writer.is_finished()) {
            let (last, count): (Option<i64>, i64) =
                sqlx::query_as("select max(position), count(*) from events").fetch_one(&database.pool).await.unwrap();
            assert_eq!(last.unwrap_or(0), count, "a gap is visible");
            assert!(count >= seen);
            seen = count;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(database.assert_gapless().await, WRITERS * ROUNDS * 2);
        let backwards: i64 = sqlx::query_scalar(
            "select count(*) from events a join events b on b.position = a.position + 1 where b.recorded_at < a.recorded_at",
        )
        .fetch_one(&database.pool)
        .await
        .unwrap();
        assert_eq!(backwards, 0, "time never goes back with position");
        let batches: u64 = appenders.iter().map(|appender| appender.counters().batches).sum();
        assert!(batches < WRITERS * ROUNDS, "commands that wait together are committed together");
    });
}

#[test]
fn a_clock_that_goes_back_does_not_take_the_log_with_it() {
    on_postgres(async |database| {
        let appender = database.appender();
        appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        let later = Timestamp::now() + Duration::from_secs(3600);
        let set = sqlx::query("update events set recorded_at = $1").bind(later.to_sqlx());
        database.pool.execute(set).await.unwrap();
        let appended = appender.append(event(Uuid::new_v4(), 0)).await.unwrap();
        assert_eq!(appended.recorded_at.as_microsecond(), later.as_microsecond());
    });
}

#[test]
fn a_shutdown_finishes_what_waits_and_takes_nothing_more() {
    on_postgres(async |database| {
        let appender = database.appender();
        let holder = database.hold_lock().await;
        // Alone in its batch, which the others are too late for.
        let mut waiting = vec![spawn(&appender, event(Uuid::new_v4(), 0))];
        database.until_somebody_waits_for_the_lock().await;
        waiting.extend((0..19).map(|_| spawn(&appender, event(Uuid::new_v4(), 0))));
        until("all have come", async || appender.counters().queued >= 19).await;
        let mut stopping = Box::pin(appender.shutdown());
        assert!((&mut stopping).now_or_never().is_none(), "it waits for what waits");
        let refused = appender.append(event(Uuid::new_v4(), 0)).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(_))), "{refused:?}");
        drop(holder);
        stopping.await;
        for outcome in waiting {
            outcome.await.unwrap().unwrap();
        }
        assert_eq!(database.assert_gapless().await, 20);
    });
}
