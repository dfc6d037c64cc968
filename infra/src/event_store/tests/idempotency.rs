use std::sync::Arc;

use commands::ports::log::{Append, AppendError, IdempotencyKey, IdempotentRequest, Log as _};
use commands::ports::requests::Requests as _;
use uuid::Uuid;

use super::support::{event, on_each, on_postgres};
use crate::event_store::{PostgresRequests, sweep_idempotency_keys};

pub(super) fn with_key(subject: Uuid, key: &str, digest: u8) -> Append {
    let id = Uuid::new_v4();
    let key = IdempotencyKey { subject, scope: "POST /api/v1/places".to_owned(), key: key.to_owned() };
    let request = IdempotentRequest { key, digest: [digest; 32], status: 201, resource_id: id };
    Append { idempotency: Some(request), ..event(id, 0) }
}

#[test]
fn a_repeat_learns_what_the_first_request_did() {
    on_each(async |database| {
        let appender = database.appender();
        let ada = Uuid::new_v4();
        let first = with_key(ada, "k", 1);
        let appended = appender.append(first.clone()).await.unwrap();
        let Err(AppendError::AlreadyDone(done)) = appender.append(with_key(ada, "k", 2)).await else {
            panic!("the key is used")
        };
        assert_eq!((done.digest, done.status, done.position), ([1; 32], 201, appended.last_position));
        assert_eq!(done.resource_id, first.stream.aggregate_id);
        // A repeat of the very same command finds its answer, not the version that it itself made.
        assert!(matches!(appender.append(first).await, Err(AppendError::AlreadyDone(_))));
        appender.append(with_key(Uuid::new_v4(), "k", 1)).await.unwrap();
        appender.append(with_key(ada, "K", 1)).await.unwrap();
        assert_eq!(database.assert_gapless().await, 3);
    });
}

#[test]
fn a_repeat_in_the_same_batch_has_one_effect() {
    on_postgres(async |database| {
        let appender = database.appender();
        let ada = Uuid::new_v4();
        let outcomes = database.in_one_batch(&appender, vec![with_key(ada, "k", 1), with_key(ada, "k", 1)]).await;
        let position = outcomes[0].as_ref().unwrap().last_position;
        assert!(matches!(&outcomes[1], Err(AppendError::AlreadyDone(done)) if done.position == position));
    });
}

#[test]
fn a_key_holds_for_a_day() {
    on_each(async |database| {
        let appender = database.appender();
        let ada = Uuid::new_v4();
        appender.append(with_key(ada, "k", 1)).await.unwrap();
        database.execute("update idempotency_keys set recorded_at = now() - interval '24 hours 1 second'").await;
        appender.append(with_key(ada, "k", 2)).await.unwrap();
        let again = appender.append(with_key(ada, "k", 2)).await;
        assert!(matches!(again, Err(AppendError::AlreadyDone(done)) if done.digest == [2; 32]));
        let mut connection = database.pool.acquire().await.unwrap();
        assert_eq!(sweep_idempotency_keys(&mut connection, 10).await.unwrap(), 0);
        drop(connection);
        database.execute("update idempotency_keys set recorded_at = now() - interval '24 hours 1 second'").await;
        let mut connection = database.pool.acquire().await.unwrap();
        assert_eq!(sweep_idempotency_keys(&mut connection, 10).await.unwrap(), 1);
    });
}

#[test]
fn a_request_that_changed_nothing_is_remembered_like_one_that_did() {
    on_each(async |database| {
        let appender = database.appender();
        let requests = PostgresRequests::new(database.pool.clone(), Arc::clone(&database.master));
        let ada = Uuid::new_v4();
        let append = with_key(ada, "k", 1);
        let (stream, key) = (append.stream.clone(), append.idempotency.clone().unwrap().key);
        appender.append(Append { stream: stream.clone(), ..event(stream.aggregate_id, 0) }).await.unwrap();
        let nothing = Append { events: Vec::new(), ..append.clone() };

        let rests_on_the_past = appender.append(nothing.clone()).await;
        assert!(matches!(rests_on_the_past, Err(AppendError::StreamChanged { actual: 1 })));
        assert_eq!(requests.find(&key).await.unwrap(), None);
        let unchanged = appender.append(Append { expected_version: 1, ..nothing }).await.unwrap();
        assert_eq!((unchanged.last_position, unchanged.version), (1, 1));

        let remembered = requests.find(&key).await.unwrap().unwrap();
        assert_eq!((remembered.position, remembered.digest), (1, [1; 32]));
        let refused = appender.append(append).await;
        assert!(matches!(refused, Err(AppendError::AlreadyDone(done)) if done == remembered));
        assert_eq!(requests.head().await.unwrap(), 1);
    });
}

#[test]
fn a_check_goes_the_way_of_a_command_and_leaves_nothing_behind() {
    on_each(async |database| {
        let appender = database.appender();
        appender.check().await.unwrap();
        assert_eq!((database.count("events").await, database.count("idempotency_keys").await), (0, 0));
        appender.shutdown().await;
        assert!(matches!(appender.check().await, Err(AppendError::Unavailable(_))));
    });
}
