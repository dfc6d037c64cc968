use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use commands::ports::clock::Clock;
use domain::booking::{BookingEvent, Party};
use domain::place::PlaceEvent;
use domain::review::{ReviewEvent, Subject};
use domain::{Event, RecordedEvent};
use futures::FutureExt;
use jiff::SignedDuration;
use projections::{Feed, FeedError, FeedItem, Projectors, Waited};
use serde_json::json;
use sqlx::PgConnection;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::desk::{Desk, LEASE, on_postgres};
use crate::jobs::{JobReactor, JobState};

/// A log in memory.
#[derive(Default)]
struct Log(Mutex<Vec<RecordedEvent>>);

#[async_trait]
impl Feed for Log {
    async fn read_after(
        &self,
        _conn: &mut PgConnection,
        position: u64,
        limit: u32,
    ) -> Result<Vec<FeedItem>, FeedError> {
        let events = self.0.lock().await;
        let after = events.iter().filter(|event| event.position > position).take(limit as usize);
        Ok(after.map(|event| FeedItem { position: event.position, events: Ok(vec![event.clone()]) }).collect())
    }

    async fn head(&self, _conn: &mut PgConnection) -> Result<u64, FeedError> {
        Ok(self.0.lock().await.len() as u64)
    }
}

impl Log {
    async fn append(&self, desk: &Desk, event: Event) -> RecordedEvent {
        let mut events = self.0.lock().await;
        let recorded = RecordedEvent {
            position: events.len() as u64 + 1,
            recorded_at: desk.clock.now(),
            aggregate_id: Uuid::from_u128(7),
            sequence: 2,
            metadata: HashMap::new(),
            event,
        };
        events.push(recorded.clone());
        recorded
    }
}

fn reactors(desk: &Desk, log: &Arc<Log>) -> Projectors {
    Projectors::new(desk.pool.clone(), log.clone(), JobReactor::all(&desk.queue))
}

async fn caught_up(reactors: &Projectors) {
    let head = reactors.head().await.unwrap();
    assert_eq!(reactors.wait_for(head, Instant::now() + Duration::from_secs(20)).await, Waited::Reached);
}

fn submitted(desk: &Desk) -> Event {
    let id = Uuid::from_u128;
    Event::Review(ReviewEvent::Submitted {
        review_id: id(7),
        booking_id: id(1),
        place_id: id(2),
        guest_id: id(3),
        host_id: id(4),
        subject: Subject::Place,
        rating: None,
        categories: None,
        text: None,
        window_end: desk.clock.now() + SignedDuration::from_hours(14 * 24),
        at: desk.clock.now(),
    })
}

fn confirmed(desk: &Desk) -> Event {
    let now = desk.clock.now();
    let check_out_at = now + SignedDuration::from_hours(72);
    Event::Booking(BookingEvent::Confirmed { by: Party::Host, check_out_at, at: now })
}

#[tokio::test]
async fn an_event_sets_its_timer_once_however_many_reactors_run() {
    on_postgres(|desk| async move {
        let log = Arc::new(Log::default());
        let (first, second) = (reactors(&desk, &log), reactors(&desk, &log));
        first.prepare().await.unwrap();
        log.append(&desk, confirmed(&desk)).await;
        tokio::join!(caught_up(&first), caught_up(&second));
        caught_up(&first).await;

        let [timer] = <[_; 1]>::try_from(desk.queue.list(JobState::Ready, 0, 10).await.unwrap()).unwrap();
        assert_eq!((timer.key.as_str(), timer.kind.as_str()), ("booking-timers:1", "complete_stay"));
        assert_eq!(timer.payload, json!({"kind": "complete_stay", "booking_id": Uuid::from_u128(7)}));
        assert_eq!(timer.run_at, desk.clock.now() + SignedDuration::from_hours(72));
    })
    .await;
}

#[tokio::test]
async fn a_new_reactor_answers_nothing_that_happened_before_it() {
    on_postgres(|desk| async move {
        let log = Arc::new(Log::default());
        log.append(&desk, confirmed(&desk)).await;
        let reactors = reactors(&desk, &log);
        reactors.prepare().await.unwrap();
        log.append(&desk, confirmed(&desk)).await;
        caught_up(&reactors).await;

        let jobs = desk.queue.list(JobState::Ready, 0, 10).await.unwrap();
        assert_eq!(jobs.iter().map(|job| job.key.as_str()).collect::<Vec<_>>(), ["booking-timers:2"]);
    })
    .await;
}

#[tokio::test]
async fn a_review_is_followed_by_a_job_for_the_pair_and_by_a_timer_for_its_own() {
    on_postgres(|desk| async move {
        let log = Arc::new(Log::default());
        let reactors = reactors(&desk, &log);
        reactors.prepare().await.unwrap();
        log.append(&desk, submitted(&desk)).await;
        caught_up(&reactors).await;

        assert_eq!(desk.lease_one().await.key, "review-pairs:1");
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        desk.clock.advance(SignedDuration::from_hours(14 * 24));
        let timer = desk.queue.list(JobState::Ready, 0, 10).await.unwrap();
        assert_eq!(timer.iter().map(|job| job.key.as_str()).collect::<Vec<_>>(), ["review-timers:1"]);
        assert!(timer[0].run_at <= desk.clock.now());
    })
    .await;
}

#[tokio::test]
async fn what_is_due_at_once_calls_the_worker_and_a_distant_timer_does_not() {
    on_postgres(|desk| async move {
        let log = Arc::new(Log::default());
        let reactors = reactors(&desk, &log);
        reactors.prepare().await.unwrap();
        let mut wakeups = desk.queue.listen();
        log.append(&desk, confirmed(&desk)).await;
        caught_up(&reactors).await;
        assert_eq!(wakeups.called().now_or_never(), None);

        log.append(&desk, Event::Place(PlaceEvent::Unpublished { at: desk.clock.now() })).await;
        caught_up(&reactors).await;
        assert_eq!(wakeups.called().now_or_never(), Some(()));
        assert_eq!(desk.lease_one().await.kind, "decline_requests");
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_checkpoint_did_not_move_does_not_exist() {
    on_postgres(|desk| async move {
        let log = Log::default();
        let event = log.append(&desk, confirmed(&desk)).await;
        let all = JobReactor::all(&desk.queue);
        let timers = all.iter().find(|reactor| reactor.name() == "booking-timers").unwrap();

        let mut transaction = desk.pool.begin().await.unwrap();
        timers.apply(&mut transaction, &event).await.unwrap();
        transaction.rollback().await.unwrap();
        desk.clock.advance(SignedDuration::from_hours(72));
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
    })
    .await;
}
