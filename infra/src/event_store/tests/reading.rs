use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use commands::Stream;
use commands::ports::log::Append;
use cqrs_es::EventStore;
use domain::Event;
use domain::place::{Place, PlaceEvent};
use uuid::Uuid;

use super::support::{event, events, on_postgres};
use crate::event_store::piece::{SLOW, StreamReader};
use crate::event_store::{Appender, LiftFault, ReadError, last_position, read_after};

#[test]
fn the_log_is_read_in_order_and_in_pieces() {
    on_postgres(async |database| {
        let (appender, keys) = (database.appender(), database.keys());
        let mut connection = database.connect().await;
        assert_eq!(last_position(&mut connection).await.unwrap(), 0);
        assert!(read_after(&mut connection, &keys, 0, 10).await.unwrap().is_empty());
        let id = Uuid::new_v4();
        let appended = appender.append(events(id, 0, 5)).await.unwrap();
        assert_eq!(last_position(&mut connection).await.unwrap(), 5);
        let entries = read_after(&mut connection, &keys, 2, 2).await.unwrap();
        let mut read = Vec::new();
        for entry in entries {
            let [event] = &entry.lifted.unwrap()[..] else { panic!("one event of today") };
            assert_eq!((event.position, event.sequence, event.aggregate_id), (entry.position, entry.position, id));
            assert_eq!(event.recorded_at, appended.recorded_at);
            assert!(matches!(event.event, Event::Place(PlaceEvent::Published { .. })));
            assert!(event.metadata.contains_key("command_id"));
            read.push(entry.position);
        }
        assert_eq!(read, [3, 4]);
    });
}

/// Commands that append heavy events to one stream, three to a command.
async fn weigh_down(appender: &Appender, id: Uuid, commands: u64) {
    for command in 0..commands {
        let mut append = events(id, command * 3, 3);
        for event in &mut append.events {
            event.payload =
                format!(r#"{{"type":"published","at":"2026-01-02T03:04:05Z","pad":"{}"}}"#, "x".repeat(300_000));
        }
        appender.append(append).await.unwrap();
    }
}

#[test]
fn what_is_read_at_once_is_bounded_by_what_it_weighs() {
    on_postgres(async |database| {
        weigh_down(&database.appender(), Uuid::new_v4(), 8).await;
        let mut connection = database.connect().await;
        let (mut read, mut pieces) = (0, vec![]);
        loop {
            let entries = read_after(&mut connection, &database.keys(), read, 500).await.unwrap();
            let Some(last) = entries.last() else { break };
            read = last.position;
            pieces.push(entries.len());
        }
        assert_eq!(pieces, [14, 10], "4 MiB are 14 events of 300,000 bytes");
    });
}

#[test]
fn a_stream_is_folded_in_pieces_that_are_bounded_by_what_they_weigh() {
    on_postgres(async |database| {
        let (appender, heavy, long) = (database.appender(), Uuid::new_v4(), Uuid::new_v4());
        weigh_down(&appender, heavy, 3).await;
        appender.append(events(long, 0, 150)).await.unwrap();
        let reader = StreamReader::new(database.pool.clone());
        for (id, expected) in [(heavy, vec![4, 4, 1]), (long, vec![64, 64, 22]), (Uuid::new_v4(), vec![0])] {
            let (mut after, mut pieces) = (0, vec![]);
            loop {
                let piece = reader.piece("place", &id.to_string(), after).await.unwrap();
                pieces.push(piece.events.len());
                after = piece.events.last().map_or(after, |event| event.sequence);
                if piece.is_last {
                    break;
                }
            }
            assert_eq!(pieces, expected);
        }
        let store = database.store();
        for (id, version) in [(heavy, 9), (long, 150), (Uuid::new_v4(), 0)] {
            let stream: Stream<Place> = store.load_aggregate(&id.to_string()).await.unwrap();
            assert_eq!(stream.version, version);
        }
    });
}

#[test]
fn whoever_waits_for_streams_is_answered_with_the_own_one() {
    on_postgres(async |database| {
        let (appender, reader) = (database.appender(), StreamReader::new(database.pool.clone()));
        let ids: Vec<_> = (0..150).map(|_| Uuid::new_v4()).collect();
        for (number, id) in ids.iter().enumerate() {
            match number % 50 {
                0 => {}
                // Two of them are more than one statement reads.
                1 => weigh_down(&appender, *id, 3).await,
                count => drop(appender.append(events(*id, 0, count)).await.unwrap()),
            }
        }
        let spoiled = ids[2].to_string();
        let spoil = "update events set event_version = '1', payload = '{' || payload where aggregate_id = $1";
        sqlx::query("alter table events alter payload type text").execute(&database.pool).await.unwrap();
        sqlx::query(spoil).bind(&spoiled).execute(&database.pool).await.unwrap();

        let pieces = ids.iter().map(async |id| reader.piece("place", &id.to_string(), 0).await);
        let pieces = futures::future::join_all(pieces).await;

        for (number, (id, piece)) in ids.iter().zip(pieces).enumerate() {
            let Ok(piece) = piece else {
                assert_eq!(number, 2, "what is wrong with one stream is told to nobody else");
                continue;
            };
            let expected = match number % 50 {
                1 => 4,
                count => count,
            };
            assert_eq!((piece.events.len(), piece.is_last), (expected, number % 50 != 1), "{number}");
            assert!(piece.events.iter().all(|event| event.aggregate_id == id.to_string()));
            assert!(piece.events.iter().zip(1..).all(|(event, sequence)| event.sequence == sequence));
        }
    });
}

#[test]
fn who_gives_up_while_reading_for_others_leaves_them_to_another() {
    on_postgres(async |database| {
        let (appender, id) = (database.appender(), Uuid::new_v4());
        appender.append(events(id, 0, 3)).await.unwrap();
        let (reader, id) = (StreamReader::new(database.pool.clone()), id.to_string());
        let mut lock = database.pool.begin().await.unwrap();
        sqlx::query("lock table events in access exclusive mode").execute(&mut *lock).await.unwrap();
        let mut waiting: VecDeque<_> = (0..3).map(|_| Box::pin(reader.piece("place", &id, 0))).collect();
        for asked in &mut waiting {
            assert!(futures::poll!(asked.as_mut()).is_pending());
        }
        // The first has a statement under way, its own; the second reads for the last one, too.
        waiting.pop_front();
        let mut second = waiting.pop_front().unwrap();
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(second);
        drop(lock);

        assert_eq!(waiting.pop_front().unwrap().await.unwrap().events.len(), 3);
    });
}

#[test]
fn a_read_that_hangs_holds_up_nobody_elses() {
    on_postgres(async |database| {
        let (appender, [held, free]) = (database.appender(), [Uuid::new_v4(), Uuid::new_v4()]);
        for id in [held, free] {
            appender.append(events(id, 0, 3)).await.unwrap();
        }
        let reader = StreamReader::new(database.pool.clone());
        let mut lock = database.pool.begin().await.unwrap();
        sqlx::query("lock table events in access exclusive mode").execute(&mut *lock).await.unwrap();
        let (held, free) = (held.to_string(), free.to_string());
        let mut hanging = Box::pin(reader.piece("place", &held, 0));
        assert!(futures::poll!(hanging.as_mut()).is_pending(), "it has the turn, and nobody moves it on");
        drop(lock);

        assert_eq!(reader.piece("place", &free, 0).await.unwrap().events.len(), 3);
        assert_eq!(hanging.await.unwrap().events.len(), 3);
    });
}

#[test]
fn who_waits_for_another_statement_than_the_one_at_its_turn_sleeps_meanwhile() {
    on_postgres(async |database| {
        let (appender, id) = (database.appender(), Uuid::new_v4());
        appender.append(events(id, 0, 3)).await.unwrap();
        let (reader, id) = (StreamReader::new(database.pool.clone()), id.to_string());
        let mut lock = database.pool.begin().await.unwrap();
        sqlx::query("lock table events in access exclusive mode").execute(&mut *lock).await.unwrap();
        let mut asked: Vec<_> = (0..3).map(|_| Box::pin(reader.piece("place", &id, 0))).collect();
        for asked in &mut asked {
            assert!(futures::poll!(asked.as_mut()).is_pending(), "the first has the turn");
        }
        // The second, which has waited long enough, reads beside it for the third, too; then the turn becomes free.
        tokio::time::timeout(SLOW * 2, asked[1].as_mut()).await.unwrap_err();
        drop(asked.remove(0));
        let mut third = asked.pop().unwrap();
        let polls = AtomicUsize::new(0);
        let counted = std::future::poll_fn(|context| {
            polls.fetch_add(1, Ordering::Relaxed);
            third.as_mut().poll(context)
        });
        tokio::time::timeout(SLOW * 2, counted).await.unwrap_err();
        assert!(polls.into_inner() < 10, "it does not ask for its turn over and over");
        drop(lock);

        assert_eq!(asked.pop().unwrap().await.unwrap().events.len(), 3);
        assert_eq!(third.await.unwrap().events.len(), 3);
    });
}

#[test]
fn a_fold_that_is_given_up_goes_on_where_it_was() {
    on_postgres(async |database| {
        let (appender, store, id) = (database.appender(), database.store(), Uuid::new_v4());
        appender.append(events(id, 0, 150)).await.unwrap();
        let spoil = async |to: &str| {
            let spoil = format!("update events set payload = '{to}' where aggregate_id = $1 and sequence = $2");
            let at: i64 = if to == "{}" { 1 } else { 140 };
            sqlx::query(&spoil).bind(id.to_string()).bind(at).execute(&database.pool).await.unwrap();
        };
        spoil(r#"{"type":"launched"}"#).await;
        assert!(EventStore::<Place>::load_aggregate(&store, &id.to_string()).await.is_err(), "in the third piece");

        spoil("{}").await;
        let mend = "update events set payload = (select payload from events where aggregate_id = $1 and sequence = 141) \
                    where aggregate_id = $1 and sequence = 140";
        sqlx::query(mend).bind(id.to_string()).execute(&database.pool).await.unwrap();

        let stream: Stream<Place> = store.load_aggregate(&id.to_string()).await.unwrap();
        assert_eq!(stream.version, 150, "the first pieces are not read again");
    });
}

#[test]
fn a_long_stream_is_read_from_where_it_was_folded_to_and_a_short_one_whole() {
    on_postgres(async |database| {
        let (appender, store, ids) = (database.appender(), database.store(), [Uuid::new_v4(), Uuid::new_v4()]);
        let load = async |id: Uuid| EventStore::<Place>::load_aggregate(&store, &id.to_string()).await;
        for (id, count) in ids.into_iter().zip([150, 63]) {
            appender.append(events(id, 0, count)).await.unwrap();
            load(id).await.unwrap();
            // Nobody does such a thing: it shows what is read again.
            let spoil = "update events set payload = '{}' where aggregate_id = $1 and sequence = 1";
            sqlx::query(spoil).bind(id.to_string()).execute(&database.pool).await.unwrap();
            appender.append(events(id, count as u64, 3)).await.unwrap();
        }

        assert_eq!(load(ids[0]).await.unwrap().version, 153, "what another process appended is in it");
        assert!(load(ids[1]).await.is_err(), "it is read from its beginning");
        assert!(
            EventStore::<Place>::load_aggregate(&database.store(), &ids[0].to_string()).await.is_err(),
            "another process has folded nothing yet"
        );
    });
}

#[test]
fn an_event_that_cannot_be_read_stops_its_reader_at_its_position() {
    on_postgres(async |database| {
        let appender = database.appender();
        let spoil = |spoil: fn(&mut Append)| {
            let mut append = event(Uuid::new_v4(), 0);
            spoil(&mut append);
            append
        };
        for append in [
            event(Uuid::new_v4(), 0),
            spoil(|append| append.stream.aggregate_type = "spaceship"),
            spoil(|append| append.events[0].payload = r#"{"type":"launched"}"#.to_owned()),
            spoil(|append| append.events[0].event_version = "0".to_owned()),
            event(Uuid::new_v4(), 0),
        ] {
            appender.append(append).await.unwrap();
        }
        let mut connection = database.connect().await;
        let entries = read_after(&mut connection, &database.keys(), 0, 10).await.unwrap();
        let faults: Vec<_> = entries.into_iter().map(|entry| entry.lifted.err().map(|error| error.fault)).collect();
        assert!(
            matches!(
                &faults[..],
                [
                    None,
                    Some(LiftFault::UnknownAggregate),
                    Some(LiftFault::Unreadable(Some(_))),
                    Some(LiftFault::NotUpcast { .. }),
                    None
                ]
            ),
            "{faults:?}"
        );
    });
}

#[test]
fn a_missing_position_is_damage_and_not_skipped() {
    on_postgres(async |database| {
        database.appender().append(events(Uuid::new_v4(), 0, 4)).await.unwrap();
        database.execute("delete from events where position = 3").await;
        let mut connection = database.connect().await;
        let damaged = read_after(&mut connection, &database.keys(), 1, 10).await;
        assert!(matches!(damaged, Err(ReadError::Gap(3))), "{damaged:?}");
        assert_eq!(read_after(&mut connection, &database.keys(), 3, 10).await.unwrap().len(), 1);
    });
}
