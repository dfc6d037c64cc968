//! `bookings_v1` and `booking_timeline_v1`.

use domain::Event;
use domain::booking::{BookingEvent, BookingStatus, Party};
use projections::booking::{BookingFilter, BookingsOf, Cancellation, find, guest_standing, list};
use projections::{ReadError, Slice};
use uuid::Uuid;

use crate::events::{
    ADA, BOB, LOFT, STAY, at, cancelled, confirmed, euros, june, june_day, offer, requested, requested_by, text,
};
use crate::harness::{House, in_a_house};

#[tokio::test]
async fn a_booking_is_its_frozen_terms_and_what_happened() {
    in_a_house(|house| async move {
        house.given([requested(STAY, june(3, 6))]).await;
        let stay = find(&house.views, STAY).await.unwrap().unwrap();
        let terms = offer(LOFT, ADA, june(3, 6));
        assert_eq!((stay.guest_id, stay.host_id, stay.place_id), (BOB, ADA, LOFT));
        assert_eq!((stay.status, stay.check_in, stay.check_out), (BookingStatus::Pending, june_day(3), june_day(6)));
        assert_eq!((&stay.price, stay.total(), stay.nights()), (&terms.price, euros("360.00"), 3));
        assert_eq!((stay.expires_at, stay.check_in_at), (terms.expires_at, terms.check_in_at));
        assert_eq!((stay.message.as_deref(), &stay.cancellation, stay.version), (Some("Hello!"), &None, 1));

        house.given([confirmed(STAY), cancelled(STAY, Some(text("Ill")))]).await;
        let stay = find(&house.views, STAY).await.unwrap().unwrap();
        assert_eq!((stay.status, stay.version, stay.updated_at), (BookingStatus::Cancelled, 3, at(120)));
        let reason = Some("Ill".to_owned());
        assert_eq!(stay.cancellation, Some(Cancellation { by: Party::Guest, reason, at: at(120) }));
        let told: Vec<_> = stay.timeline.iter().map(|e| (e.position, e.kind.as_str(), e.by, e.at)).collect();
        let expected = [
            (1, "requested", Party::Guest, at(100)),
            (2, "confirmed", Party::Host, at(110)),
            (3, "cancelled", Party::Guest, at(120)),
        ];
        assert_eq!(told, expected);
        assert_eq!(stay.timeline[2].reason.as_deref(), Some("Ill"));
    })
    .await;
}

#[tokio::test]
async fn a_booking_made_at_once_is_requested_and_confirmed() {
    in_a_house(|house| async move {
        let confirmed = BookingEvent::Confirmed { by: Party::System, check_out_at: at(900), at: at(100) };
        house.given([requested(STAY, june(3, 6)), (STAY, Event::Booking(confirmed))]).await;
        let stay = find(&house.views, STAY).await.unwrap().unwrap();
        assert_eq!((stay.status, stay.version, stay.timeline.len()), (BookingStatus::Confirmed, 2, 2));
    })
    .await;
}

#[tokio::test]
async fn every_ending_has_its_status() {
    in_a_house(|house| async move {
        let endings = [
            (BookingEvent::Expired { at: at(1) }, BookingStatus::Expired),
            (BookingEvent::Declined { by: Party::System, reason: None, at: at(1) }, BookingStatus::Declined),
            (BookingEvent::Completed { by: Party::System, at: at(1) }, BookingStatus::Completed),
        ];
        for (number, (event, status)) in (1..).zip(endings) {
            let id = Uuid::from_u128(number);
            let day = number as i8;
            house.given([requested(id, june(day, day + 1)), (id, Event::Booking(event))]).await;
            let stay = find(&house.views, id).await.unwrap().unwrap();
            assert_eq!((stay.status, stay.timeline[1].kind.as_str()), (status, status.name()));
            assert_eq!((stay.timeline[1].by, stay.cancellation), (Party::System, None));
        }
    })
    .await;
}

#[tokio::test]
async fn erased_words_read_as_absent() {
    in_a_house(|house| async move {
        let event = BookingEvent::Requested {
            booking_id: STAY,
            guest_id: BOB,
            offer: offer(LOFT, ADA, june(3, 4)),
            place_version: 1,
            message: None,
            at: at(1),
        };
        house.given([(STAY, Event::Booking(event)), cancelled(STAY, None)]).await;
        let stay = find(&house.views, STAY).await.unwrap().unwrap();
        assert_eq!((stay.message, stay.timeline[1].reason.as_deref()), (None, None));
        assert_eq!(stay.cancellation.unwrap().reason, None);
    })
    .await;
}

const CARL: Uuid = Uuid::from_u128(0xca71);

/// Bob asks for 1 (June 1st to 3rd) and 2 (5th to 7th, confirmed), Carl for 3 (10th to 12th), all at Ada's.
async fn three_bookings(house: &House) {
    let id = Uuid::from_u128;
    house
        .given([
            requested_by(id(1), BOB, june(1, 3), 1),
            requested_by(id(2), BOB, june(5, 7), 2),
            requested_by(id(3), CARL, june(10, 12), 2),
            confirmed(id(2)),
        ])
        .await;
}

async fn found(house: &House, filter: BookingFilter) -> Vec<u128> {
    let page = Slice::Page { page: 1, per_page: 10 };
    let listed = list(&house.views, &filter, page).await.unwrap();
    assert_eq!(listed.total, Some(listed.items.len() as u64));
    listed.items.iter().map(|booking| booking.booking_id.as_u128()).collect()
}

fn all_of(of: BookingsOf) -> BookingFilter {
    BookingFilter { of, status: None, place_id: None, from: None, to: None }
}

#[tokio::test]
async fn guests_and_hosts_see_their_own_newest_first() {
    in_a_house(|house| async move {
        three_bookings(&house).await;
        assert_eq!(found(&house, all_of(BookingsOf::Guest(BOB))).await, [2, 1]);
        assert_eq!(found(&house, all_of(BookingsOf::Guest(ADA))).await, [0; 0]);
        assert_eq!(found(&house, all_of(BookingsOf::Host(ADA))).await, [2, 3, 1]);
        assert_eq!(found(&house, all_of(BookingsOf::Either(ADA))).await, [2, 3, 1]);
        assert_eq!(found(&house, all_of(BookingsOf::Anyone)).await, [2, 3, 1]);
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_by_status_place_and_nights() {
    in_a_house(|house| async move {
        three_bookings(&house).await;
        let host = || all_of(BookingsOf::Host(ADA));
        let confirmed = BookingFilter { status: Some(BookingStatus::Confirmed), ..host() };
        assert_eq!(found(&house, confirmed).await, [2]);
        assert_eq!(found(&house, BookingFilter { place_id: Some(LOFT), ..host() }).await, [2, 3, 1]);
        assert_eq!(found(&house, BookingFilter { place_id: Some(STAY), ..host() }).await, [0; 0]);
        assert_eq!(found(&house, BookingFilter { from: Some(june_day(3)), ..host() }).await, [2, 3]);
        assert_eq!(found(&house, BookingFilter { to: Some(june_day(5)), ..host() }).await, [1]);
        let between = BookingFilter { from: Some(june_day(2)), to: Some(june_day(10)), ..host() };
        assert_eq!(found(&house, between).await, [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn long_lists_go_by_page_and_cursor() {
    in_a_house(|house| async move {
        three_bookings(&house).await;
        let filter = all_of(BookingsOf::Host(ADA));
        let first = list(&house.views, &filter, Slice::Page { page: 1, per_page: 2 }).await.unwrap();
        assert_eq!((first.items.len(), first.total), (2, Some(3)));
        let rest = Slice::After { key: first.next, per_page: 2 };
        let rest = list(&house.views, &filter, rest).await.unwrap();
        assert_eq!((rest.items[0].booking_id, rest.items.len(), rest.next), (Uuid::from_u128(1), 1, None));
        let deep = list(&house.views, &filter, Slice::Page { page: 101, per_page: 100 }).await;
        assert!(matches!(deep, Err(ReadError::UseCursor)));
    })
    .await;
}

#[tokio::test]
async fn a_place_knows_who_asked_for_it_and_who_may_know_its_address() {
    in_a_house(|house| async move {
        three_bookings(&house).await;
        let bob = guest_standing(&house.views, LOFT, BOB).await.unwrap();
        assert_eq!((bob.has_requested, bob.is_confirmed), (true, true));
        let carl = guest_standing(&house.views, LOFT, CARL).await.unwrap();
        assert_eq!((carl.has_requested, carl.is_confirmed), (true, false));
        assert_eq!(guest_standing(&house.views, LOFT, ADA).await.unwrap(), Default::default());
    })
    .await;
}
