//! What is remembered of places and people: never older than the views, whoever moves them.

mod current;
mod races;
mod stops;

use std::sync::Arc;
use std::time::Instant;

use domain::place::PlaceChanges;
use domain::user::{ProfileChanges, UserEvent};
use domain::{Event, Patch};
use projections::{CacheCounts, Views, Waited, place, user};
use uuid::Uuid;

use crate::events::{ADA, LOFT, at, changed, created, details, registered, text};
use crate::harness::{House, PATIENCE};

/// Two processes over one database: one reads and remembers, the other moves the views.
struct Pair {
    house: House,
    other: Views,
}

impl Pair {
    /// Ada has a loft, and the one process has read of both.
    async fn of(house: House) -> Self {
        house.given([registered(ADA, "Ada"), created(LOFT, ADA, details())]).await;
        let pool = house.another_pool(4).await;
        let other = Views::new(pool, house.log.clone());
        let pair = Self { house, other };
        assert_eq!((pair.capacity().await, pair.first_name().await), (4, "Ada".to_owned()));
        pair
    }

    /// The other process records events and waits for the views, as a command does before it answers.
    async fn given(&self, events: impl IntoIterator<Item = (Uuid, Event)>) -> Waited {
        let positions = events.into_iter().map(|(id, event)| self.house.log.append(id, event));
        let last = positions.max().unwrap_or(0);
        self.other.wait_for(last, Instant::now() + PATIENCE).await
    }

    async fn loft(&self) -> Arc<place::Described> {
        place::described(&self.house.views, LOFT).await.unwrap().unwrap()
    }

    async fn ada(&self) -> Arc<user::Described> {
        user::described(&self.house.views, ADA).await.unwrap().unwrap()
    }

    async fn capacity(&self) -> u32 {
        self.loft().await.row.capacity
    }

    async fn first_name(&self) -> String {
        self.ada().await.row.first_name.clone().unwrap()
    }

    /// Writes what no event says, so that what is remembered can be told from what is there.
    async fn tamper(&self, capacity: i32) {
        let sql = "update places_v1 set capacity = $1";
        sqlx::query(sql).bind(capacity).execute(&self.house.pool).await.unwrap();
    }

    fn counts(&self) -> CacheCounts {
        self.house.views.cache_counts().unwrap()
    }
}

fn holds_now(capacity: u32) -> (Uuid, Event) {
    changed(LOFT, PlaceChanges { capacity: Some(capacity), ..PlaceChanges::default() })
}

fn renamed(id: Uuid, first_name: &str) -> (Uuid, Event) {
    let changes = ProfileChanges { first_name: Patch::Set(text(first_name)), ..ProfileChanges::default() };
    (id, Event::User(UserEvent::ProfileChanged { changes, at: at(9) }))
}
