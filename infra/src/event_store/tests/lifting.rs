//! Old events of an aggregate that has changed its mind about them.

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::SerializedEvent;
use cqrs_es::{Aggregate, DomainEvent, EventStore};
use domain::{Claim, ClaimChange, Logged, PersonalData, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{event, on_postgres};
use crate::event_store::{LiftFault, lift};
use crate::personal_data::KeyRing;

/// A purse. Its first version had one event for payments of several coins, and one that nobody needs any more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Purse {
    cents: u64,
    payments: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum PurseEvent {
    Paid { cents: u64 },
}

impl DomainEvent for PurseEvent {
    fn event_type(&self) -> String {
        "purse.paid".to_owned()
    }

    fn event_version(&self) -> String {
        "2".to_owned()
    }
}

impl Aggregate for Purse {
    const TYPE: &'static str = "purse";
    type Command = ();
    type Event = PurseEvent;
    type Error = std::fmt::Error;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    fn apply(&mut self, PurseEvent::Paid { cents }: PurseEvent) {
        self.cents += cents;
        self.payments += 1;
    }
}

impl Logged for Purse {
    fn claims(&self, _: &PurseEvent) -> Vec<ClaimChange> {
        vec![]
    }

    fn personal_data(&self, _: &PurseEvent) -> Option<PersonalData> {
        None
    }

    fn claim_taken(_: &Claim) -> std::fmt::Error {
        std::fmt::Error
    }

    fn upcast(stored: StoredEvent) -> Vec<StoredEvent> {
        let paid = |cents: &Value| StoredEvent {
            event_type: "purse.paid".to_owned(),
            event_version: "2".to_owned(),
            payload: json!({"type": "paid", "cents": cents}),
        };
        match (stored.event_type.as_str(), stored.event_version.as_str()) {
            ("purse.paid", "1") => stored.payload["coins"].as_array().unwrap().iter().map(paid).collect(),
            ("purse.shaken", "1") => vec![],
            _ => vec![stored],
        }
    }
}

fn stored(event_type: &str, event_version: &str, payload: Value) -> SerializedEvent {
    SerializedEvent {
        aggregate_id: Uuid::nil().to_string(),
        sequence: 7,
        aggregate_type: Purse::TYPE.to_owned(),
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        payload,
        metadata: json!({}),
    }
}

#[test]
fn an_old_event_becomes_none_one_or_several_of_today() {
    let keys = KeyRing::default();
    let lift = |stored| lift::<Purse>(stored, &keys).unwrap();
    let several = stored("purse.paid", "1", json!({"coins": [5, 20]}));
    assert_eq!(lift(several), [PurseEvent::Paid { cents: 5 }, PurseEvent::Paid { cents: 20 }]);
    assert_eq!(lift(stored("purse.shaken", "1", json!({}))), []);
    let of_today = stored("purse.paid", "2", json!({"type": "paid", "cents": 1}));
    assert_eq!(lift(of_today), [PurseEvent::Paid { cents: 1 }]);
}

#[test]
fn an_event_that_no_upcast_leads_to_today_is_an_error() {
    let keys = KeyRing::default();
    let fault = |stored| lift::<Purse>(stored, &keys).unwrap_err().fault;
    let newer = stored("purse.paid", "3", json!({"type": "paid", "cents": 1}));
    assert!(matches!(fault(newer), LiftFault::NotUpcast { event_version, .. } if event_version == "2"));
    let unknown = stored("purse.lost", "1", json!({"type": "lost"}));
    assert!(matches!(fault(unknown), LiftFault::Unreadable(Some(words)) if words.contains("lost")));
    // The parser's words would quote what may be personal.
    let sealed = json!({"type": "paid", "sealed": {"by": Uuid::nil(), "fields": ["cents"], "box": ""}});
    let unreadable = stored("purse.paid", "2", sealed);
    assert!(matches!(fault(unreadable), LiftFault::Sealed(_)), "there is no key");
}

#[test]
fn a_streams_version_is_its_stored_sequence_however_many_events_it_reads_as() {
    on_postgres(async |database| {
        let (store, appender) = (database.store(), database.appender());
        let id = Uuid::new_v4();
        for (version, (event_type, payload)) in
            (0..).zip([("purse.paid", r#"{"coins":[5,20,20]}"#), ("purse.shaken", "{}")])
        {
            let mut append = event(id, version);
            append.stream.aggregate_type = Purse::TYPE;
            append.events[0].event_type = event_type.to_owned();
            append.events[0].payload = payload.to_owned();
            appender.append(append).await.unwrap();
        }
        let stream: commands::Stream<Purse> = store.load_aggregate(&id.to_string()).await.unwrap();
        assert_eq!((stream.version, stream.aggregate), (2, Purse { cents: 45, payments: 3 }));
        let events = EventStore::<Purse>::load_events(&store, &id.to_string()).await.unwrap();
        assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 1, 1]);
    });
}
