//! Stays that are over, and what was said of them: reviews at every stage.

use harness::{Client, Person, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

/// Nights that two people have agreed on, three times.
pub(super) struct Stays {
    pub(super) host: Person,
    pub(super) guest: Person,
    bookings: [Uuid; 3],
}

/// What was said of them.
pub(super) struct Reviews {
    /// The stay that both have reviewed.
    pub(super) stay: Uuid,
    /// The guest's of that stay; published.
    pub(super) published: Uuid,
    /// The host's of that stay, about the guest; published.
    pub(super) of_guest: Uuid,
    /// The guest's of a stay that the host has not reviewed.
    pub(super) submitted: Uuid,
    /// The guest's of a third stay, hidden by an admin.
    pub(super) hidden: Uuid,
}

impl Stays {
    pub(super) async fn new(nobody: &Client) -> Self {
        let (host, guest) = (nobody.somebody("Hortense").await, nobody.somebody("Gaspard").await);
        let place = host.lists(json!({"instant_book": true, "time_zone": "UTC"})).await;
        let mut bookings = [Uuid::nil(); 3];
        for (booking, night) in bookings.iter_mut().zip(1..) {
            *booking = guest.asks_for(&place, night, night + 1).await.expect(201).id();
        }
        Self { host, guest, bookings }
    }

    /// The same in new sessions: access tokens end before stays do.
    pub(super) async fn continued(self, nobody: &Client) -> Self {
        let host = nobody.sign_in(self.host.id, &self.host.email).await;
        let guest = nobody.sign_in(self.guest.id, &self.guest.email).await;
        Self { host, guest, ..self }
    }

    /// The reviews, once the stays have completed.
    pub(super) async fn reviewed(&self, admin: &Person) -> Reviews {
        let (host, guest) = (&self.host.client, &self.guest.client);
        let [stay, alone, third] = self.bookings;
        for booking in self.bookings {
            let path = format!("/bookings/{booking}");
            eventually(|| async { (guest.get(&path).await.expect(200).data()["status"] == "completed").then_some(()) })
                .await;
        }
        let opinion = json!({"rating": 4, "text": "Bright and quiet."});
        let of_guest = review(host, stay, json!({"rating": 5})).await;
        let published = review(guest, stay, opinion.clone()).await;
        let submitted = review(guest, alone, opinion.clone()).await;
        review(host, third, json!({"rating": 5})).await;
        let hidden = review(guest, third, opinion).await;
        for review in [published, hidden] {
            let path = format!("/reviews/{review}");
            eventually(|| async { (host.get(&path).await.status == 200).then_some(()) }).await;
        }
        let hide = json!({"reason": "It names a child."});
        admin.client.post(&format!("/admin/reviews/{hidden}/hide"), hide).await.expect(200);
        Reviews { stay, published, of_guest, submitted, hidden }
    }
}

async fn review(author: &Client, booking: Uuid, opinion: Value) -> Uuid {
    author.post(&format!("/bookings/{booking}/reviews"), opinion).await.expect(201).id()
}
