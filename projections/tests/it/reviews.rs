//! `reviews_v1` and `review_sums_v1`: who said what, when others may read it, and what it comes to.

use std::collections::BTreeMap;

use domain::Event;
use domain::booking::{BookingEvent, Party};
use domain::review::{Categories, Category, Occasion, ReviewEvent, ReviewStage, Stars, Subject, window_end};
use jiff::{SignedDuration, Timestamp};
use projections::Slice;
use projections::booking::has_asked;
use projections::review::{Rated, Reply, ReviewsOf, Tally, due, find, list, rating, ratings};
use uuid::Uuid;

use crate::events::{ADA, BOB, LOFT, STAY, at, confirmed, june, requested, requested_by, text};
use crate::harness::{House, in_a_house};

const REVIEW: Uuid = Uuid::from_u128(0x5e);
const ALL: Slice = Slice::Page { page: 1, per_page: 10 };

fn stars(number: u64) -> Stars {
    Stars::new(number).unwrap()
}

fn categories(cleanliness: u64) -> Categories {
    BTreeMap::from([(Category::Cleanliness, stars(cleanliness))])
}

/// Bob stayed at Ada's loft.
pub(crate) fn submitted(id: Uuid, subject: Subject, number: u64) -> (Uuid, Event) {
    let event = ReviewEvent::Submitted {
        review_id: id,
        booking_id: STAY,
        place_id: LOFT,
        guest_id: BOB,
        host_id: ADA,
        subject,
        rating: Some(stars(number)),
        categories: Some(categories(number)),
        text: Some(text("Quiet.\nBright.")),
        window_end: at(900),
        at: at(10),
    };
    (id, Event::Review(event))
}

pub(crate) fn published(id: Uuid, subject: Subject, number: u64, second: i64) -> (Uuid, Event) {
    let event = ReviewEvent::Published {
        booking_id: STAY,
        place_id: LOFT,
        author_id: subject.author(BOB, ADA),
        subject,
        rating: stars(number),
        categories: categories(number),
        occasion: Occasion::BothIn,
        at: at(second),
    };
    (id, Event::Review(event))
}

pub(crate) fn hidden(id: Uuid) -> (Uuid, Event) {
    (id, Event::Review(ReviewEvent::Hidden { by: Uuid::nil(), reason: Some(text("Insult")), at: at(30) }))
}

async fn said_of(house: &House, rated: Rated, id: Uuid) -> Tally {
    rating(&house.views, rated, id).await.unwrap().overall
}

async fn listed(house: &House, of: ReviewsOf) -> Vec<u128> {
    let page = list(&house.views, of, ALL).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items.iter().map(|review| review.review_id.as_u128()).collect()
}

#[tokio::test]
async fn what_is_submitted_is_its_authors_alone_until_it_is_published() {
    in_a_house(|house| async move {
        house.given([submitted(REVIEW, Subject::Place, 4)]).await;
        let review = find(&house.views, REVIEW).await.unwrap().unwrap();
        assert_eq!((review.stage, review.author_id, review.rating), (ReviewStage::Submitted, BOB, Some(stars(4))));
        assert_eq!((review.categories, review.published_at), (categories(4), None));
        assert_eq!(listed(&house, ReviewsOf::Place(LOFT)).await, [0; 0]);
        assert_eq!(listed(&house, ReviewsOf::Author(BOB)).await, [REVIEW.as_u128()]);
        assert_eq!(said_of(&house, Rated::Place, LOFT).await, Tally::default());
        assert_eq!(house.dump("review_sums_v1").await, [""; 0], "nothing is counted that is not public");

        house.given([published(REVIEW, Subject::Place, 4, 20)]).await;
        let review = find(&house.views, REVIEW).await.unwrap().unwrap();
        assert_eq!((review.stage, review.published_at, review.version), (ReviewStage::Published, Some(at(20)), 2));
        assert_eq!(review.text.as_deref(), Some("Quiet.\nBright."));
        assert_eq!(listed(&house, ReviewsOf::Place(LOFT)).await, [REVIEW.as_u128()]);
    })
    .await;
}

#[tokio::test]
async fn a_place_its_host_and_a_guest_are_rated_by_what_is_published() {
    in_a_house(|house| async move {
        for (number, stars) in [(1, 5), (2, 4), (3, 5)] {
            let id = Uuid::from_u128(number);
            house.given([submitted(id, Subject::Place, stars), published(id, Subject::Place, stars, 20)]).await;
        }
        let of_guest = Uuid::from_u128(9);
        house.given([submitted(of_guest, Subject::Guest, 2), published(of_guest, Subject::Guest, 2, 20)]).await;

        let three = Tally { count: 3, stars: 14 };
        let loft = rating(&house.views, Rated::Place, LOFT).await.unwrap();
        assert_eq!((loft.overall, &loft.categories), (three, &BTreeMap::from([(Category::Cleanliness, three)])));
        assert_eq!(said_of(&house, Rated::Host, ADA).await, three);
        assert_eq!(said_of(&house, Rated::Guest, BOB).await, Tally { count: 1, stars: 2 });
        assert_eq!(said_of(&house, Rated::Guest, ADA).await, Tally::default());
        let both = ratings(&house.views, Rated::Place, &[LOFT, STAY]).await.unwrap();
        assert_eq!((both.len(), both[&LOFT].overall), (1, three));
    })
    .await;
}

#[tokio::test]
async fn a_hidden_review_counts_no_more_and_the_last_one_leaves_nothing() {
    in_a_house(|house| async move {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        house.given([submitted(one, Subject::Place, 1), published(one, Subject::Place, 1, 20)]).await;
        house.given([submitted(two, Subject::Place, 5), published(two, Subject::Place, 5, 21)]).await;
        house.given([hidden(one)]).await;
        assert_eq!(said_of(&house, Rated::Place, LOFT).await, Tally { count: 1, stars: 5 });
        assert_eq!(listed(&house, ReviewsOf::Place(LOFT)).await, [2]);
        assert_eq!(find(&house.views, one).await.unwrap().unwrap().stage, ReviewStage::Hidden);

        house.given([hidden(two)]).await;
        assert_eq!(house.dump("review_sums_v1").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_reply_stands_beside_what_it_answers() {
    in_a_house(|house| async move {
        let reply = |text| (REVIEW, Event::Review(ReviewEvent::Replied { text, at: at(25) }));
        house.given([submitted(REVIEW, Subject::Place, 4), published(REVIEW, Subject::Place, 4, 20)]).await;
        house.given([reply(Some(text("Come again!")))]).await;
        let review = find(&house.views, REVIEW).await.unwrap().unwrap();
        assert_eq!(review.reply, Some(Reply { text: Some("Come again!".to_owned()), at: at(25) }));
        assert_eq!(review.version, 3);

        let erased = Uuid::from_u128(2);
        house.given([submitted(erased, Subject::Place, 4), published(erased, Subject::Place, 4, 20)]).await;
        house.given([(erased, Event::Review(ReviewEvent::Replied { text: None, at: at(25) }))]).await;
        let review = find(&house.views, erased).await.unwrap().unwrap();
        assert_eq!(review.reply, Some(Reply { text: None, at: at(25) }));
    })
    .await;
}

#[tokio::test]
async fn an_erased_author_leaves_the_figures_that_were_public() {
    in_a_house(|house| async move {
        let (id, mut event) = submitted(REVIEW, Subject::Place, 4);
        if let Event::Review(ReviewEvent::Submitted { rating, categories, text, .. }) = &mut event {
            (*rating, *categories, *text) = (None, None, None);
        }
        house.given([(id, event)]).await;
        let before = find(&house.views, REVIEW).await.unwrap().unwrap();
        assert_eq!((before.rating, before.categories, before.text), (None, Categories::new(), None));

        house.given([published(REVIEW, Subject::Place, 4, 20)]).await;
        let after = find(&house.views, REVIEW).await.unwrap().unwrap();
        assert_eq!((after.rating, after.categories, after.text), (Some(stars(4)), categories(4), None));
        assert_eq!(said_of(&house, Rated::Place, LOFT).await, Tally { count: 1, stars: 4 });
    })
    .await;
}

#[tokio::test]
async fn lists_are_newest_first_by_page_and_by_cursor() {
    in_a_house(|house| async move {
        for (number, second) in [(1, 20), (2, 40), (3, 30), (4, 40)] {
            let id = Uuid::from_u128(number);
            house.given([submitted(id, Subject::Place, 3), published(id, Subject::Place, 3, second)]).await;
        }
        assert_eq!(listed(&house, ReviewsOf::Place(LOFT)).await, [2, 4, 3, 1]);
        let (mut seen, mut key) = (vec![], None);
        loop {
            let part = list(&house.views, ReviewsOf::Place(LOFT), Slice::After { key, per_page: 3 }).await.unwrap();
            seen.extend(part.items.iter().map(|review| review.review_id.as_u128()));
            key = part.next;
            if key.is_none() {
                break;
            }
        }
        assert_eq!(seen, [2, 4, 3, 1]);
        assert_eq!(listed(&house, ReviewsOf::Guest(BOB)).await, [0; 0]);
    })
    .await;
}

fn completed(id: Uuid, at: Timestamp) -> (Uuid, Event) {
    (id, Event::Booking(BookingEvent::Completed { by: Party::System, at }))
}

async fn waiting(house: &House, user_id: Uuid, now: Timestamp) -> Vec<(u128, Subject)> {
    let page = due(&house.views, user_id, now, ALL).await.unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items.iter().map(|row| (row.booking_id.as_u128(), row.subject)).collect()
}

#[tokio::test]
async fn completed_stays_wait_for_their_reviews_the_most_urgent_first() {
    in_a_house(|house| async move {
        let (first, second, third) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        house.given([requested(first, june(1, 3)), confirmed(first), completed(first, at(500))]).await;
        house.given([requested(second, june(3, 5)), confirmed(second), completed(second, at(400))]).await;
        house.given([requested(third, june(5, 7)), confirmed(third)]).await;

        assert_eq!(waiting(&house, BOB, at(600)).await, [(2, Subject::Place), (1, Subject::Place)]);
        assert_eq!(waiting(&house, ADA, at(600)).await, [(2, Subject::Guest), (1, Subject::Guest)]);
        assert_eq!(waiting(&house, LOFT, at(600)).await, []);
        let rows = due(&house.views, BOB, at(600), Slice::After { key: None, per_page: 1 }).await.unwrap();
        assert_eq!((rows.items[0].completed_at, rows.items[0].deadline), (at(400), window_end(at(400))));
        let rest = due(&house.views, BOB, at(600), Slice::After { key: rows.next, per_page: 1 }).await.unwrap();
        assert_eq!((rest.items[0].booking_id, rest.next), (first, None));
    })
    .await;
}

#[tokio::test]
async fn a_stay_waits_until_its_author_has_written_or_the_time_is_over() {
    in_a_house(|house| async move {
        house.given([requested(STAY, june(1, 3)), confirmed(STAY), completed(STAY, at(400))]).await;
        let second = SignedDuration::from_secs(1);
        let last = window_end(at(400)) - second;
        assert_eq!(waiting(&house, BOB, last).await, [(STAY.as_u128(), Subject::Place)]);
        assert_eq!(waiting(&house, BOB, last + second).await, []);

        house.given([submitted(REVIEW, Subject::Place, 4)]).await;
        assert_eq!(waiting(&house, BOB, at(500)).await, []);
        assert_eq!(waiting(&house, ADA, at(500)).await, [(STAY.as_u128(), Subject::Guest)], "one's own counts alone");
    })
    .await;
}

#[tokio::test]
async fn a_host_knows_the_guests_that_have_asked_it() {
    in_a_house(|house| async move {
        house.given([requested_by(STAY, BOB, june(1, 3), 1)]).await;
        assert!(has_asked(&house.views, BOB, ADA).await.unwrap());
        assert!(!has_asked(&house.views, ADA, BOB).await.unwrap());
        assert!(!has_asked(&house.views, BOB, LOFT).await.unwrap());
    })
    .await;
}
