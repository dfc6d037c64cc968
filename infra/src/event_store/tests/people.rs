//! Streams of people: through the store, sealed, erased.

use std::collections::HashMap;

use commands::Stream;
use commands::ports::log::AppendError;
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, AggregateError, EventStore};
use domain::Email;
use domain::text::Name;
use domain::user::{PasswordProof, Registration, User, UserCommand, UserError};
use serde_json::Value;
use uuid::Uuid;

use super::support::{Database, on_each, on_postgres};
use crate::event_store::PostgresEventStore;
use crate::personal_data::SealError;

fn registration(user_id: Uuid, email: &str) -> UserCommand {
    UserCommand::Register(Registration {
        user_id,
        email: Email::parse(email).unwrap(),
        first_name: Name::parse("Ada").unwrap(),
        last_name: Name::parse("Lovelace").unwrap(),
        phone: None,
        locale: None,
        time_zone: None,
        now: "2026-01-02T03:04:05Z".parse().unwrap(),
    })
}

async fn execute(
    store: &PostgresEventStore,
    mut stream: Stream<User>,
    command: UserCommand,
) -> Result<Vec<cqrs_es::EventEnvelope<User>>, AggregateError<UserError>> {
    let sink = EventSink::default();
    stream.aggregate.handle(command, &(), &sink).await.unwrap();
    store.commit(sink.collect().await, stream, HashMap::from([("request_id".to_owned(), "r".to_owned())])).await
}

async fn register(database: &Database, store: &PostgresEventStore, email: &str) -> Uuid {
    let user_id = Uuid::new_v4();
    database.keys().create(&mut database.pool.acquire().await.unwrap(), user_id).await.unwrap();
    let command = registration(user_id, email);
    execute(store, Stream::empty(user_id), command).await.unwrap();
    user_id
}

async fn load(store: &PostgresEventStore, id: Uuid) -> Result<Stream<User>, AggregateError<UserError>> {
    store.load_aggregate(&id.to_string()).await
}

#[test]
fn a_person_comes_back_from_the_log_as_they_were() {
    on_each(async |database| {
        let store = database.store();
        let user_id = Uuid::new_v4();
        database.keys().create(&mut database.pool.acquire().await.unwrap(), user_id).await.unwrap();
        let envelopes =
            execute(&store, Stream::empty(user_id), registration(user_id, "ada@example.org")).await.unwrap();
        assert_eq!(envelopes[0].sequence, 1);
        assert_eq!(envelopes[0].metadata["position"], "1");
        assert_eq!(envelopes[0].metadata["request_id"], "r");

        let stream = load(&store, user_id).await.unwrap();
        let mut expected = User::default();
        expected.apply(envelopes[0].payload.clone());
        assert_eq!((stream.version, &stream.aggregate), (1, &expected));
        let close = UserCommand::Close { now: "2026-01-03T00:00:00Z".parse().unwrap() };
        assert_eq!(execute(&store, stream, close).await.unwrap()[0].sequence, 2);
        assert_eq!(database.count("claims").await, 0, "closing gives the address back");

        let events = EventStore::<User>::load_events(&store, &user_id.to_string()).await.unwrap();
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(events[0].payload, envelopes[0].payload);
        assert!(load(&store, Uuid::new_v4()).await.unwrap().version == 0);
    });
}

#[test]
fn the_log_holds_no_personal_data_in_the_clear() {
    on_each(async |database| {
        let store = database.store();
        let user_id = register(database, &store, "ada@example.org").await;
        let (payload, metadata): (String, String) =
            sqlx::query_as("select payload::text, metadata::text from events").fetch_one(&database.pool).await.unwrap();
        for personal in ["Ada", "Lovelace", "ada@"] {
            assert!(!payload.contains(personal) && !metadata.contains(personal), "{payload}");
        }
        let payload: Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(payload["sealed"]["by"], user_id.to_string());
        assert_eq!(payload["phone"], Value::Null, "there was nothing to seal");
    });
}

#[test]
fn a_taken_address_is_the_domains_own_error() {
    on_each(async |database| {
        let store = database.store();
        register(database, &store, "ada@example.org").await;
        let user_id = Uuid::new_v4();
        database.keys().create(&mut database.pool.acquire().await.unwrap(), user_id).await.unwrap();
        let refused = execute(&store, Stream::empty(user_id), registration(user_id, "ADA@example.org")).await;
        assert!(matches!(refused, Err(AggregateError::UserError(UserError::EmailTaken))), "{refused:?}");
    });
}

#[test]
fn a_stream_that_moved_on_is_a_conflict_and_other_refusals_keep_their_reason() {
    on_postgres(async |database| {
        let store = database.store();
        let user_id = register(database, &store, "ada@example.org").await;
        let refused = execute(&store, Stream::empty(user_id), registration(user_id, "b@example.org")).await;
        assert!(matches!(refused, Err(AggregateError::AggregateConflict)), "{refused:?}");

        let stream = load(&store, user_id).await.unwrap();
        let poison = [("poison".to_owned(), "\0".to_owned())].into();
        let close = UserCommand::Close { now: "2026-01-03T00:00:00Z".parse().unwrap() };
        let events = stream.aggregate.decide(close).unwrap();
        let Err(AggregateError::UnexpectedError(refused)) = store.commit(events, stream, poison).await else {
            panic!("not storable")
        };
        assert!(matches!(*refused.downcast::<AppendError>().unwrap(), AppendError::Rejected(_)));
    });
}

#[test]
fn an_erased_person_reads_as_absent_and_only_an_erased_one() {
    on_postgres(async |database| {
        let store = database.store();
        let user_id = register(database, &store, "ada@example.org").await;
        let mut connection = database.connect().await;
        assert!(database.keys().erase(&mut connection, user_id).await.unwrap());
        assert!(!database.keys().erase(&mut connection, user_id).await.unwrap());
        // Another store: the first one may remember the key for a little longer.
        let store = database.store();
        let state = serde_json::to_value(load(&store, user_id).await.unwrap().aggregate).unwrap();
        assert_eq!((&state["email"], &state["profile"]["first_name"]), (&Value::Null, &Value::Null));
        assert_eq!(state["id"], user_id.to_string(), "what is not personal is still there");

        database.keys().create(&mut connection, user_id).await.unwrap();
        let Err(AggregateError::UnexpectedError(refused)) =
            execute(&database.store(), Stream::empty(user_id), registration(user_id, "c@example.org")).await
        else {
            panic!("nothing new is written about an erased person")
        };
        assert!(matches!(*refused.downcast::<SealError>().unwrap(), SealError::Erased(id) if id == user_id));

        database.execute("update personal_keys set wrapped_key = '\\x00', erased_at = null").await;
        assert!(matches!(load(&database.store(), user_id).await, Err(AggregateError::DeserializationError(_))));
        database.execute("delete from personal_keys").await;
        assert!(matches!(load(&database.store(), user_id).await, Err(AggregateError::DeserializationError(_))));
    });
}

#[test]
fn what_was_folded_of_a_person_does_not_outlive_their_key() {
    on_postgres(async |database| {
        let keys = database.keys();
        let store = PostgresEventStore::new(database.pool.clone(), database.appender(), keys.clone());
        let user_id = register(database, &store, "ada@example.org").await;
        for _ in 0..70 {
            let now = "2026-01-03T00:00:00Z".parse().unwrap();
            let proof = PasswordProof::Password;
            let change = UserCommand::ChangePassword { change_id: Uuid::new_v4(), proof, kept_session: None, now };
            execute(&store, load(&store, user_id).await.unwrap(), change).await.unwrap();
        }
        assert!(load(&store, user_id).await.unwrap().aggregate.email().is_some());

        keys.erase(&mut database.connect().await, user_id).await.unwrap();

        let stream = load(&store, user_id).await.unwrap();
        assert_eq!((stream.version, stream.aggregate.email()), (71, None));
    });
}

#[test]
fn a_box_that_was_changed_or_moved_to_another_event_does_not_open() {
    on_postgres(async |database| {
        let store = database.store();
        let (ada, ben) =
            (register(database, &store, "ada@example.org").await, register(database, &store, "ben@example.org").await);
        let payload = |id: Uuid| {
            sqlx::query_scalar::<_, String>("select payload::text from events where aggregate_id = $1")
                .bind(id.to_string())
                .fetch_one(&database.pool)
        };
        let (of_ada, of_ben) = (payload(ada).await.unwrap(), payload(ben).await.unwrap());
        let mut moved: Value = serde_json::from_str(&of_ben).unwrap();
        moved["sealed"] = serde_json::from_str::<Value>(&of_ada).unwrap()["sealed"].clone();
        let mut changed: Value = serde_json::from_str(&of_ben).unwrap();
        let content = changed["sealed"]["box"].as_str().unwrap();
        let (letter, rest) = content.split_at(1);
        changed["sealed"]["box"] = format!("{}{rest}", if letter == "A" { "B" } else { "A" }).into();
        let mut fewer: Value = serde_json::from_str(&of_ben).unwrap();
        fewer["sealed"]["fields"].as_array_mut().unwrap().pop();
        for (tampered, opens) in [(moved, false), (changed, false), (fewer, false), (of_ben.parse().unwrap(), true)] {
            sqlx::query("update events set payload = $2::json where aggregate_id = $1")
                .bind(ben.to_string())
                .bind(tampered.to_string())
                .execute(&database.pool)
                .await
                .unwrap();
            assert_eq!(load(&store, ben).await.is_ok(), opens);
        }
    });
}

#[test]
fn keys_without_a_registration_are_swept_and_others_stay() {
    on_postgres(async |database| {
        let user_id = register(database, &database.store(), "ada@example.org").await;
        let (orphan, erased, young) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
        let mut connection = database.connect().await;
        for person in [orphan, erased] {
            database.keys().create(&mut connection, person).await.unwrap();
        }
        database.keys().erase(&mut connection, erased).await.unwrap();
        database.execute("update personal_keys set created_at = now() - interval '2 hours'").await;
        database.keys().create(&mut connection, young).await.unwrap();
        let hour = std::time::Duration::from_secs(3600);
        assert_eq!(database.keys().sweep_orphans(&mut connection, hour, 10).await.unwrap(), 1);
        let left = database.keys().ring(&mut connection, &[user_id, orphan, erased, young]).await.unwrap();
        assert!(left.get(orphan).is_none());
        assert!([user_id, erased, young].iter().all(|person| left.get(*person).is_some()));
    });
}
