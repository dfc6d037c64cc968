//! Places that nobody asked for by name: similar ones, and recommended ones.

use domain::booking::BookingEvent;
use domain::place::{AmenityCode, PlaceDetails, PlaceEvent};
use domain::review::{Occasion, ReviewEvent, Stars, Subject};
use domain::user::{Preferences, ProfileChanges, Radius, UserEvent, WishedLocation, Wishes};
use domain::{Currency, Event, Money, Patch};
use projections::discovery::{ProposedPlace, Reason, recommended, similar};
use projections::place;
use sqlx::Executor;
use uuid::Uuid;

use crate::events::{
    ADA, BOB, LOFT, STAY, at, blocked, cancelled, created_at, declined, details, euros, june, point, registered,
    requested, text,
};
use crate::harness::{House, in_a_house};

/// A place of Ada's at (48.86, 2.35), as strangers see the usual details, for 120 euros; changed in some way.
fn listed(number: u128, change: impl FnOnce(&mut PlaceDetails)) -> (Uuid, Event) {
    of_host(ADA, number, change)
}

fn of_host(host: Uuid, number: u128, change: impl FnOnce(&mut PlaceDetails)) -> (Uuid, Event) {
    let mut details = details();
    change(&mut details);
    created_at(Uuid::from_u128(number), host, details, number as i64)
}

fn numbers(proposed: &[ProposedPlace]) -> Vec<u128> {
    proposed.iter().map(|proposed| proposed.place.place_id.as_u128()).collect()
}

async fn similar_to(house: &House, number: u128) -> Vec<ProposedPlace> {
    let place = place::find(&house.views, Uuid::from_u128(number)).await.unwrap().unwrap();
    similar(&house.views, &place).await.unwrap()
}

async fn for_bob(house: &House) -> Vec<ProposedPlace> {
    recommended(&house.views, BOB, at(1_000)).await.unwrap()
}

/// Bob looks at a place in an hour, as the house keeps it.
async fn looked(house: &House, number: u128, hour: i64) {
    let sql = "insert into place_views (user_id, place_id, hour) values ($1, $2, $3)";
    let query = sqlx::query(sql).bind(BOB).bind(Uuid::from_u128(number)).bind(hour);
    query.execute(&house.pool).await.unwrap();
}

fn wishing(wishes: Wishes) -> (Uuid, Event) {
    let preferences = Patch::Set(Preferences::new(wishes, serde_json::Map::new()));
    let changes = ProfileChanges { preferences, ..ProfileChanges::default() };
    (BOB, Event::User(UserEvent::ProfileChanged { changes, at: at(50) }))
}

/// Guests gave a place so many stars each.
fn reviews(number: u128, stars: &[u64]) -> Vec<(Uuid, Event)> {
    let place_id = Uuid::from_u128(number);
    let both = |(index, stars): (u128, &u64)| {
        let id = Uuid::from_u128(0xabc0_0000 + number * 1_000 + index);
        let rating = Stars::new(*stars).unwrap();
        let submitted = ReviewEvent::Submitted {
            review_id: id,
            booking_id: id,
            place_id,
            guest_id: BOB,
            host_id: ADA,
            subject: Subject::Place,
            rating: Some(rating),
            categories: None,
            text: None,
            window_end: at(900),
            at: at(60),
        };
        let published = ReviewEvent::Published {
            booking_id: id,
            place_id,
            author_id: BOB,
            subject: Subject::Place,
            rating,
            categories: Default::default(),
            occasion: Occasion::WindowOver,
            at: at(70),
        };
        [submitted, published].map(|event| (id, Event::Review(event)))
    };
    (0..).zip(stars).flat_map(both).collect()
}

#[tokio::test]
async fn similar_places_cost_within_a_fifth_and_lie_under_five_kilometres_away() {
    in_a_house(|house| async move {
        house
            .given([
                listed(1, |_| {}),
                listed(2, |d| d.price = euros("96.00")),
                listed(3, |d| d.price = euros("144.00")),
                listed(4, |d| d.price = euros("95.99")),
                listed(5, |d| d.price = euros("144.01")),
                listed(6, |d| d.price = Money { minor: 12_000, currency: Currency::USD }),
                // 4.45 and 5.56 km to the north.
                listed(7, |d| d.coordinates = Some(point(48.90, 2.35))),
                listed(8, |d| d.coordinates = Some(point(48.91, 2.35))),
                listed(9, |d| d.coordinates = None),
                listed(10, |_| {}),
            ])
            .await;
        house.given([(Uuid::from_u128(10), Event::Place(PlaceEvent::Unpublished { at: at(90) }))]).await;
        let mut found = numbers(&similar_to(&house, 1).await);
        found.sort_unstable();
        assert_eq!(found, [2, 3, 7]);
    })
    .await;
}

#[tokio::test]
async fn the_most_alike_come_first_ten_at_the_most_each_with_its_reasons() {
    in_a_house(|house| async move {
        let amenities = |codes: &[&str]| codes.iter().map(|code| AmenityCode::parse(code).unwrap()).collect();
        let equipped = |d: &mut PlaceDetails| d.amenities = amenities(&["wifi", "kitchen"]);
        let mut places = vec![listed(1, equipped)];
        places.extend((2..14).map(|number| listed(number, |d| d.price = euros("130.00"))));
        places.push(listed(20, equipped));
        house.given(places).await;
        let found = similar_to(&house, 1).await;
        // Of twelve that are as good the newest.
        assert_eq!(numbers(&found), [20, 13, 12, 11, 10, 9, 8, 7, 6, 5]);
        assert_eq!(found[0].distance_mm, Some(0));
        let reasons = [Reason::CloseBy, Reason::SimilarPrice, Reason::SharedAmenities, Reason::SimilarSize];
        assert_eq!(found[0].reasons, reasons);
        assert!(found[0].score > found[1].score && found[0].score <= 1_000);
        assert_eq!(similar_to(&house, 1).await, found, "the same question has the same answer");
    })
    .await;
}

#[tokio::test]
async fn a_place_without_coordinates_is_like_those_of_its_city() {
    in_a_house(|house| async move {
        let nowhere = |d: &mut PlaceDetails| d.coordinates = None;
        house
            .given([
                listed(1, nowhere),
                listed(2, nowhere),
                listed(3, |d| d.city = Some(text("ORLEANS"))),
                listed(4, |d| d.city = Some(text("Tours"))),
                listed(5, |d| (d.coordinates, d.city) = (None, None)),
            ])
            .await;
        let found = similar_to(&house, 1).await;
        assert_eq!(numbers(&found), [3, 2]);
        assert!(found.iter().all(|found| found.distance_mm.is_none() && found.reasons.contains(&Reason::SameCity)));
        assert_eq!(similar_to(&house, 5).await, []);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_one_point_the_same_are_found_however_they_are_stored() {
    in_a_house(|house| async move {
        let places = (1..=450).map(|number| listed(number, |_| {}));
        house.given(places).await;
        let before = numbers(&similar_to(&house, 450).await);
        // Of 449 at the same point those with the lowest ids are judged; of these the newest are told.
        assert_eq!(before, (391..=400).rev().collect::<Vec<_>>());
        // Every row anew, in another order.
        house.pool.execute("create table turned as select * from place_search_v1").await.unwrap();
        house.pool.execute("delete from place_search_v1").await.unwrap();
        let columns =
            "place_id, position, listed, created_at, price_minor, currency, price_milli, price_band, latitude,
            longitude, spot, city, city_key, capacity, min_nights, max_nights, instant_book, amenities, stars, reviews";
        let turned = format!(
            "insert into place_search_v1 ({columns}) select {columns} from turned order by md5(place_id::text)"
        );
        house.pool.execute(turned.as_str()).await.unwrap();
        assert_eq!(numbers(&similar_to(&house, 450).await), before);
    })
    .await;
}

#[tokio::test]
async fn somebody_without_history_is_shown_the_well_rated_and_then_the_newest() {
    in_a_house(|house| async move {
        house.given([registered(BOB, "Bob"), listed(1, |_| {}), listed(2, |_| {}), listed(3, |_| {})]).await;
        house.given(reviews(1, &[5; 4])).await;
        let found = for_bob(&house).await;
        assert_eq!(numbers(&found), [1, 3, 2]);
        assert_eq!(found[0].reasons, [Reason::WellRated, Reason::New]);
        assert_eq!(found[1].reasons, [Reason::New]);
        assert_eq!(found[0].distance_mm, None);
    })
    .await;
}

#[tokio::test]
async fn one_good_review_does_not_outdo_many() {
    in_a_house(|house| async move {
        house.given([registered(BOB, "Bob"), listed(1, |_| {}), listed(2, |_| {})]).await;
        house.given(reviews(2, &[5])).await;
        house.given(reviews(1, &[5, 5, 5, 5, 5, 4])).await;
        assert_eq!(numbers(&for_bob(&house).await), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_recommended_own_places_or_what_they_know_already() {
    in_a_house(|house| async move {
        house.given([registered(BOB, "Bob"), of_host(BOB, 1, |_| {}), listed(2, |_| {}), listed(3, |_| {})]).await;
        house.given([created_at(LOFT, ADA, details(), 9), requested(STAY, june(3, 5))]).await;
        let loft = LOFT.as_u128();
        assert_eq!(numbers(&for_bob(&house).await), [3, 2], "the loft is asked for");
        looked(&house, 3, 500_000).await;
        assert_eq!(numbers(&for_bob(&house).await), [2]);
        house.given([declined(STAY)]).await;
        assert_eq!(numbers(&for_bob(&house).await), [loft, 2], "what came to nothing may still please");
        house.given([blocked(Uuid::from_u128(2), Uuid::from_u128(77), june(6, 8))]).await;
        assert_eq!(numbers(&for_bob(&house).await), [loft, 2]);
        house.given([(Uuid::from_u128(2), Event::Place(PlaceEvent::Archived { at: at(99) }))]).await;
        assert_eq!(numbers(&for_bob(&house).await), [loft]);
    })
    .await;
}

#[tokio::test]
async fn past_stays_are_known_and_cancelled_ones_are_not() {
    in_a_house(|house| async move {
        house.given([registered(BOB, "Bob"), created_at(LOFT, ADA, details(), 9), requested(STAY, june(3, 5))]).await;
        let complete = BookingEvent::Completed { by: domain::booking::Party::System, at: at(900) };
        house.given([(STAY, Event::Booking(complete))]).await;
        assert_eq!(numbers(&for_bob(&house).await), [0; 0]);
        house.given([cancelled(STAY, None)]).await;
        assert_eq!(numbers(&for_bob(&house).await), [LOFT.as_u128()]);
    })
    .await;
}

#[tokio::test]
async fn recommendations_keep_to_every_wish() {
    in_a_house(|house| async move {
        let pool = || vec![AmenityCode::parse("pool").unwrap()];
        house
            .given([
                registered(BOB, "Bob"),
                listed(1, |d| d.amenities = pool()),
                listed(2, |d| (d.price, d.amenities) = (euros("120.01"), pool())),
                listed(3, |_| {}),
                listed(4, |d| (d.coordinates, d.amenities) = (Some(point(48.90, 2.35)), pool())),
                listed(5, |d| (d.coordinates, d.amenities) = (Some(point(48.97, 2.35)), pool())),
                listed(6, |d| (d.coordinates, d.amenities) = (None, pool())),
                listed(7, |d| (d.price, d.amenities) = (Money { minor: 100, currency: Currency::USD }, pool())),
            ])
            .await;
        let centre = WishedLocation::at(point(48.86, 2.35));
        let wishes = Wishes { max_price: Some(euros("120")), location: Some(centre.clone()), amenities: pool() };
        house.given([wishing(wishes.clone())]).await;
        let found = for_bob(&house).await;
        // 4.45 km away; 12.2 km are more than the ten that are meant where nothing is said.
        assert_eq!(numbers(&found), [1, 4]);
        assert_eq!(found[1].distance_mm.map(|mm| mm / 10_000), Some(444));
        let kept = [Reason::PreferredLocation, Reason::WithinBudget, Reason::WishedAmenities];
        assert!(found.iter().all(|found| kept.iter().all(|reason| found.reasons.contains(reason))));

        let location = Some(centre.within(Some(Radius::new(20.0).unwrap())));
        house.given([wishing(Wishes { location, ..wishes.clone() })]).await;
        assert_eq!(numbers(&for_bob(&house).await), [1, 4, 5]);
        let location = Some(WishedLocation::City(text("orleans")));
        house.given([wishing(Wishes { location, ..wishes })]).await;
        assert_eq!(numbers(&for_bob(&house).await), [6, 5, 4, 1]);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_looked_at_leads_to_what_is_like_it() {
    in_a_house(|house| async move {
        let marseille = |d: &mut PlaceDetails| d.coordinates = Some(point(43.30, 5.37));
        house
            .given([
                registered(BOB, "Bob"),
                listed(1, marseille),
                listed(2, marseille),
                listed(3, |d| {
                    marseille(d);
                    d.price = euros("900.00");
                }),
                listed(4, |_| {}),
            ])
            .await;
        looked(&house, 1, 500_000).await;
        let found = for_bob(&house).await;
        assert_eq!(numbers(&found), [2, 3, 4]);
        assert_eq!(found[0].reasons, [Reason::FamiliarArea, Reason::UsualPrice, Reason::New]);
        assert_eq!(found[2].reasons, [Reason::UsualPrice, Reason::New]);
    })
    .await;
}

#[tokio::test]
async fn twenty_at_the_most_and_not_all_of_one_host() {
    in_a_house(|house| async move {
        let hosts = (0..10_u128).flat_map(|host| {
            let places = if host == 9 { 30 } else { 2 };
            (0..places).map(move |place| of_host(Uuid::from_u128(0xff00 + host), 1 + host * 100 + place, |_| {}))
        });
        house.given([registered(BOB, "Bob")]).await;
        house.given(hosts).await;
        let found = for_bob(&house).await;
        let of_the_largest = found.iter().filter(|found| found.place.owner_id == Uuid::from_u128(0xff09)).count();
        assert_eq!((found.len(), of_the_largest), (20, 3));
    })
    .await;
}

#[tokio::test]
async fn of_a_closed_account_nothing_is_known() {
    in_a_house(|house| async move {
        house.given([registered(BOB, "Bob"), listed(1, |_| {})]).await;
        assert_eq!(numbers(&for_bob(&house).await), [1]);
        house.given([(BOB, Event::User(UserEvent::Closed { at: at(200) }))]).await;
        assert_eq!(for_bob(&house).await, []);
        assert_eq!(recommended(&house.views, Uuid::from_u128(404), at(1_000)).await.unwrap(), []);
    })
    .await;
}
