//! Places by what guests said of them.

use harness::{Answer, Client, Person, Place, Server, eventually};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ids, search, server};
use crate::search::{NOTHING, ask};

/// Three places, found together: one without a review, one with 5.0 and one with 4.5 on average. They are listed so that
/// neither the newest first nor the oldest first is the order of their ratings.
struct Town {
    server: Server,
    client: Client,
    unrated: Uuid,
    best: Uuid,
    good: Uuid,
    /// The only review of the best.
    praise: Uuid,
    /// The better one of the two of the good one.
    kinder: Uuid,
}

impl Town {
    async fn open() -> Option<Self> {
        let server = server().await?;
        let client = server.client();
        let (host, guest) = (client.somebody("Hana").await, client.somebody("Gil").await);
        let lists = async || host.lists(json!({"instant_book": true, "time_zone": "UTC"})).await;
        let (unrated, best, good) = (lists().await, lists().await, lists().await);
        let books = async |place: &Place, from: i64| guest.asks_for(place, from, from + 1).await.expect(201).id();
        let stays = [(books(&best, 1).await, 5), (books(&good, 1).await, 4), (books(&good, 2).await, 5)];

        server.clock.advance(SignedDuration::from_hours(96));
        // Access tokens last an hour.
        let (host, guest) = (client.sign_in(host.id, &host.email).await, client.sign_in(guest.id, &guest.email).await);
        let mut reviews = Vec::new();
        for (booking, rating) in stays {
            reviews.push(reviewed(&host, &guest, booking, rating).await);
        }
        let [praise, _, kinder] = reviews[..] else { panic!("three reviews") };
        let town = Self { server, client, unrated: unrated.id, best: best.id, good: good.id, praise, kinder };
        town.settle().await;
        Some(town)
    }

    /// Waits until every view contains what the log contains now: reviews are published by jobs.
    async fn settle(&self) {
        let ready = self.client.get("//health/ready").await.expect(200);
        let head = ready.data()["head"].as_u64().expect("a position").to_string();
        ask(&self.client, &[], Some(&head)).await.expect(200);
    }

    async fn search(&self, query: &[(&str, &str)]) -> Answer {
        search(&self.client, query).await.expect(200)
    }

    /// Those with so many stars at the least, best first.
    async fn rated_at_least(&self, stars: &str) -> Vec<Uuid> {
        ids(&self.search(&[("rating_min", stars), ("sort", "rating")]).await)
    }

    async fn by_rating(&self) -> Vec<Uuid> {
        ids(&self.search(&[("sort", "rating")]).await)
    }

    /// The same, a page at a time.
    async fn by_rating_one_at_a_time(&self) -> Vec<Uuid> {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        while seen.len() <= 3 {
            let mut query = vec![("sort", "rating"), ("per_page", "1")];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let answer = self.search(&query).await;
            seen.extend(ids(&answer));
            cursor = answer.data()["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        seen
    }

    async fn bars(&self) -> Value {
        self.search(&[]).await.data()["facets"]["ratings"].clone()
    }

    async fn hides(&self, review: Uuid) {
        let reason = json!({"reason": "Names the neighbours."});
        let admin = self.server.admin().await;
        admin.client.post(&format!("/admin/reviews/{review}/hide"), reason).await.expect(200);
    }
}

/// Has a stay that is over reviewed by both, and the guest's review published.
pub(super) async fn reviewed(host: &Person, guest: &Person, booking: Uuid, rating: u8) -> Uuid {
    eventually(async || {
        let booking = guest.client.get(&format!("/bookings/{booking}")).await.expect(200);
        (booking.data()["status"] == "completed").then_some(())
    })
    .await;
    let path = format!("/bookings/{booking}/reviews");
    let review = guest.client.post(&path, json!({"rating": rating})).await.expect(201).id();
    host.client.post(&path, json!({"rating": 5})).await.expect(201);
    eventually(async || {
        let review = guest.client.get(&format!("/reviews/{review}")).await.expect(200);
        (review.data()["status"] == "published").then_some(())
    })
    .await;
    review
}

#[tokio::test]
async fn ratings_filter_sort_and_are_counted() {
    let Some(town) = Town::open().await else { return };
    let Town { unrated, best, good, .. } = town;
    assert_eq!(town.rated_at_least("1").await, [best, good], "no rating is not a rating");
    assert_eq!(town.rated_at_least("4.5").await, [best, good], "as much as that is enough");
    assert_eq!(town.rated_at_least("4.51").await, [best]);
    assert_eq!(town.rated_at_least("5").await, [best]);
    assert_eq!(town.by_rating().await, [best, good, unrated]);
    assert_eq!(town.by_rating_one_at_a_time().await, [best, good, unrated]);
    assert_eq!(town.bars().await, json!([{"from": 4.5, "count": 2}, {"from": null, "count": 1}]));
}

#[tokio::test]
async fn a_review_that_is_hidden_counts_no_more_in_filters_orders_and_bars() {
    let Some(town) = Town::open().await else { return };
    let Town { unrated, best, good, praise, kinder, .. } = town;
    town.hides(praise).await;
    assert_eq!(town.rated_at_least("1").await, [good]);
    assert_eq!(town.rated_at_least("4.51").await, NOTHING);
    // Those without a rating last, and by id among themselves.
    assert_eq!(town.by_rating().await, [good, unrated, best]);
    assert_eq!(town.by_rating_one_at_a_time().await, [good, unrated, best]);
    assert_eq!(town.bars().await, json!([{"from": 4.5, "count": 1}, {"from": null, "count": 2}]));

    town.hides(kinder).await;
    assert_eq!(town.rated_at_least("4").await, [good], "what the other guest said stays");
    assert_eq!(town.rated_at_least("4.01").await, NOTHING);
    assert_eq!(town.by_rating().await, [good, unrated, best]);
    assert_eq!(town.bars().await, json!([{"from": 4.0, "count": 1}, {"from": null, "count": 2}]));
}
