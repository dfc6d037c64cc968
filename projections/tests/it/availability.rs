//! `place_nights_v1` and `place_blocks_v1`.

use domain::Event;
use domain::place::PlaceEvent;
use projections::availability::{NightKind, block, blocks, calendar, nights};
use uuid::Uuid;

use crate::events::{
    ADA, BOB, LOFT, STAY, at, blocked, cancelled, confirmed, created, declined, details, june, june_day, requested,
};
use crate::harness::{House, in_a_house};

const BLOCK: Uuid = Uuid::from_u128(0xb10c);

/// The nights of June that are not free, by day and kind.
async fn taken(house: &House) -> Vec<(i8, NightKind)> {
    let rows = nights(&house.views, LOFT, june_day(1), june_day(30)).await.unwrap();
    rows.iter().map(|row| (row.night.day(), row.kind)).collect()
}

#[tokio::test]
async fn a_request_holds_its_nights_and_a_confirmation_books_them() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details()), requested(STAY, june(3, 5))]).await;
        assert_eq!(taken(&house).await, [(3, NightKind::Pending), (4, NightKind::Pending)]);
        house.given([confirmed(STAY)]).await;
        assert_eq!(taken(&house).await, [(3, NightKind::Booked), (4, NightKind::Booked)]);
        let row = nights(&house.views, LOFT, june_day(4), june_day(5)).await.unwrap()[0];
        assert_eq!(row.holder, STAY);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_or_declined_booking_frees_its_nights() {
    in_a_house(|house| async move {
        let other = Uuid::from_u128(2);
        house.given([requested(STAY, june(3, 5)), requested(other, june(8, 9)), declined(STAY)]).await;
        assert_eq!(taken(&house).await, [(8, NightKind::Pending)]);
        house.given([confirmed(other), cancelled(other, None)]).await;
        assert_eq!(taken(&house).await, []);
    })
    .await;
}

#[tokio::test]
async fn blocks_hold_nights_until_they_are_removed() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details()), blocked(LOFT, BLOCK, june(10, 12))]).await;
        assert_eq!(taken(&house).await, [(10, NightKind::Blocked), (11, NightKind::Blocked)]);
        assert_eq!(blocks(&house.views, LOFT, june_day(12)).await.unwrap(), vec![]);
        let rows = blocks(&house.views, LOFT, june_day(11)).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].block_id, rows[0].from, rows[0].to), (BLOCK, june_day(10), june_day(12)));
        assert_eq!((rows[0].reason.as_deref(), rows[0].version, rows[0].created_at), (Some("Painting"), 2, at(70)));
        assert_eq!(block(&house.views, LOFT, BLOCK).await.unwrap().as_ref(), rows.first());
        assert_eq!(block(&house.views, STAY, BLOCK).await.unwrap(), None);

        let removed = PlaceEvent::BlockRemoved { block_id: BLOCK, nights: june(10, 12), at: at(80) };
        house.given([(LOFT, Event::Place(removed))]).await;
        assert_eq!((taken(&house).await, blocks(&house.views, LOFT, june_day(1)).await.unwrap()), (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_hosts_calendar_spans_its_places_and_nobody_elses() {
    in_a_house(|house| async move {
        let (second, foreign) = (Uuid::from_u128(0xffff), Uuid::from_u128(3));
        house
            .given([
                created(LOFT, ADA, details()),
                created(second, ADA, details()),
                created(foreign, BOB, details()),
                requested(STAY, june(3, 5)),
                blocked(second, BLOCK, june(4, 6)),
                blocked(foreign, Uuid::from_u128(9), june(4, 6)),
            ])
            .await;
        let rows = calendar(&house.views, ADA, june_day(4), june_day(6), 100).await.unwrap();
        let seen: Vec<_> = rows.iter().map(|row| (row.place_id, row.night.night.day(), row.night.kind)).collect();
        let blocked = NightKind::Blocked;
        assert_eq!(seen, [(LOFT, 4, NightKind::Pending), (second, 4, blocked), (second, 5, blocked)]);
    })
    .await;
}

#[tokio::test]
async fn any_range_of_dates_can_be_asked_for() {
    in_a_house(|house| async move {
        house.given([requested(STAY, june(3, 5))]).await;
        let all = nights(&house.views, LOFT, jiff::civil::Date::MIN, jiff::civil::Date::MAX).await.unwrap();
        assert_eq!(all.len(), 2);
    })
    .await;
}
