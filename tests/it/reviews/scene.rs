//! A stay that is over: its guest, its host, an admin and somebody else.

use commands::ports::clock::Clock as _;
use harness::{Answer, Client, PASSWORD, Person, Place, Server, eventually};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

const ADMIN: &str = "root@example.org";

/// A completed stay in a house of its own.
pub(super) struct Scene {
    pub(super) server: Server,
    pub(super) place: Place,
    pub(super) booking: Uuid,
    pub(super) guest: Person,
    pub(super) host: Person,
    pub(super) stranger: Person,
    pub(super) admin: Person,
}

impl Scene {
    /// Two nights at a place that is booked at once.
    pub(super) async fn of_a_completed_stay() -> Self {
        let server = Server::start(&[("HBNB_ADMIN_EMAIL", ADMIN), ("HBNB_ADMIN_PASSWORD", PASSWORD)]).await;
        let client = server.client();
        let host = client.somebody("Hana").await;
        let place = host.lists(json!({"instant_book": true, "time_zone": "UTC"})).await;
        let guest = client.somebody("Gil").await;
        let booking = guest.asks_for(&place, 1, 3).await.expect(201).id();
        let stranger = client.somebody("Sol").await;
        let admin = client.sign_in(Uuid::nil(), ADMIN).await;
        let mut scene = Self { server, place, booking, guest, host, stranger, admin };
        scene.pass(SignedDuration::from_hours(96)).await;
        scene.completed(booking).await;
        scene
    }

    /// Lets time pass. Access tokens last an hour: everybody signs in anew.
    pub(super) async fn pass(&mut self, time: SignedDuration) {
        self.server.clock.advance(time);
        let client = self.server.client();
        for person in [&mut self.guest, &mut self.host, &mut self.stranger, &mut self.admin] {
            *person = client.sign_in(person.id, &person.email).await;
        }
    }

    /// Waits until the stay has completed by itself.
    pub(super) async fn completed(&self, booking: Uuid) {
        eventually(|| async {
            let booking = self.guest.client.get(&format!("/bookings/{booking}")).await.expect(200);
            (booking.data()["status"] == "completed").then_some(())
        })
        .await;
    }

    /// The address at which the stay is reviewed.
    pub(super) fn path(&self) -> String {
        format!("/bookings/{}/reviews", self.booking)
    }

    /// Somebody reviews the stay.
    pub(super) async fn review(&self, by: &Person, rating: u8) -> Answer {
        by.client.post(&self.path(), json!({"rating": rating, "text": format!("{rating} of 5.")})).await
    }

    /// Both review it, and it is published.
    pub(super) async fn both_published(&self) -> (Uuid, Uuid) {
        let of_place = self.review(&self.guest, 4).await.expect(201).id();
        let of_guest = self.review(&self.host, 5).await.expect(201).id();
        self.is_published(&self.guest.client, of_place).await;
        self.is_published(&self.host.client, of_guest).await;
        (of_place, of_guest)
    }

    /// Waits until a review is public, as one who sees it learns.
    pub(super) async fn is_published(&self, client: &Client, review: Uuid) -> Value {
        let answer = eventually(|| async {
            let review = client.get(&format!("/reviews/{review}")).await.expect(200);
            (review.data()["status"] == "published").then_some(review)
        });
        answer.await.data().clone()
    }

    /// Everything that the stay, the place's page, the two profiles and the lists tell `client`, each with its entity
    /// tag.
    pub(super) async fn told(&self, client: &Client) -> Vec<(u16, Option<String>, Value)> {
        let mut paths = vec![
            format!("/places/{}", self.place.id),
            format!("/places/{}/reviews", self.place.id),
            format!("/bookings/{}", self.booking),
            "/bookings".to_owned(),
        ];
        for person in [&self.guest, &self.host] {
            paths.extend([format!("/users/{}", person.id), format!("/users/{}/reviews", person.id)]);
        }
        let mut told = Vec::new();
        for path in paths {
            let answer = client.get(&path).await;
            told.push((answer.status, answer.header("etag").map(str::to_owned), answer.data().clone()));
        }
        told
    }

    /// What time it is in the house.
    pub(super) fn now(&self) -> Timestamp {
        self.server.clock.now()
    }

    /// Until when the host may review the stay, as long as it has not.
    pub(super) async fn deadline_of_host(&self) -> Timestamp {
        let due = self.host.client.get("/users/me/reviews/due").await.expect(200);
        let deadline = due.data()["items"][0]["deadline"].as_str().expect("a stay to review");
        deadline.parse().expect("a timestamp")
    }
}
