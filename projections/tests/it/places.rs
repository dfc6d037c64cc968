//! `places_v1`, by id and by host.

use std::collections::BTreeSet;

use domain::place::{AmenityCode, LocationPrecision, PlaceChanges, PlaceEvent, PlaceStatus};
use domain::user::UserEvent;
use domain::{Currency, Event, Money, Patch};
use projections::Slice;
use projections::place::{find, of_owner};
use projections::search::{PlaceFilter, PlaceSort, list};
use uuid::Uuid;

use crate::events::{ADA, BOB, LOFT, STAY, at, blocked, changed, created, created_at, details, june, point, text};
use crate::harness::in_a_house;

#[tokio::test]
async fn a_place_is_what_its_host_said() {
    in_a_house(|house| async move {
        let mut said = details();
        said.amenities = ["wifi", "pool"].map(|code| AmenityCode::parse(code).unwrap()).to_vec();
        house.given([created(LOFT, ADA, said.clone())]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.owner_id, loft.status, loft.price), (ADA, PlaceStatus::Listed, said.price));
        assert_eq!(loft.title.as_deref(), Some("Loft under the roofs"));
        assert_eq!(loft.amenities, said.amenities);
        assert_eq!((loft.check_in_time, loft.time_zone), (said.check_in_time, said.time_zone));
        assert_eq!((loft.coordinates, loft.shown_coordinates), (said.coordinates, Some(point(48.86, 2.35))));
        assert_eq!((loft.version, loft.created_at, loft.updated_at), (1, at(0), at(0)));
    })
    .await;
}

#[tokio::test]
async fn changes_keep_what_they_do_not_name() {
    in_a_house(|house| async move {
        let changes = PlaceChanges {
            description: Patch::Clear,
            price: Some(Money { minor: 15_000, currency: Currency::JPY }),
            capacity: Some(6),
            ..PlaceChanges::default()
        };
        house.given([created(LOFT, ADA, details()), changed(LOFT, changes)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.description, loft.capacity), (None, 6));
        assert_eq!(loft.price, Money { minor: 15_000, currency: Currency::JPY });
        assert_eq!((loft.city.as_deref(), loft.max_nights), (Some("Orléans"), 365));
        assert_eq!((loft.version, loft.created_at, loft.updated_at), (2, at(0), at(60)));
    })
    .await;
}

#[tokio::test]
async fn strangers_see_a_place_as_exactly_as_its_host_lets_them() {
    in_a_house(|house| async move {
        let exact = PlaceChanges { location_precision: Some(LocationPrecision::Exact), ..PlaceChanges::default() };
        house.given([created(LOFT, ADA, details()), changed(LOFT, exact)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!(loft.shown_coordinates, details().coordinates);

        let moved = PlaceChanges {
            coordinates: Patch::Set(point(-33.868_82, 151.209_29)),
            location_precision: Some(LocationPrecision::Approximate),
            ..PlaceChanges::default()
        };
        house.given([changed(LOFT, moved)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!(loft.shown_coordinates, Some(point(-33.87, 151.21)));

        let nowhere = PlaceChanges { coordinates: Patch::Clear, ..PlaceChanges::default() };
        house.given([changed(LOFT, nowhere)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.coordinates, loft.shown_coordinates), (None, None));
    })
    .await;
}

#[tokio::test]
async fn its_status_follows_its_host_and_its_version_every_event() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let steps = [
            (PlaceEvent::Unpublished { at: at(1) }, PlaceStatus::Unlisted),
            (PlaceEvent::Published { at: at(2) }, PlaceStatus::Listed),
            (PlaceEvent::Archived { at: at(3) }, PlaceStatus::Archived),
        ];
        for (event, status) in steps {
            house.given([(LOFT, Event::Place(event))]).await;
            assert_eq!(find(&house.views, LOFT).await.unwrap().unwrap().status, status);
        }
        house.given([blocked(LOFT, Uuid::from_u128(1), june(1, 3))]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.version, loft.updated_at), (5, at(3)));
    })
    .await;
}

#[tokio::test]
async fn a_withheld_place_is_unlisted_and_a_draft_stays_one() {
    in_a_house(|house| async move {
        let draft = PlaceEvent::Created {
            place_id: STAY,
            owner_id: ADA,
            status: PlaceStatus::Draft,
            details: details(),
            import: None,
            at: at(0),
        };
        house.given([created(LOFT, ADA, details()), (STAY, Event::Place(draft))]).await;
        let withheld = || Event::Place(PlaceEvent::Withheld { by: BOB, reason: Some(text("A scam")), at: at(5) });
        house.given([(LOFT, withheld()), (STAY, withheld())]).await;
        let status = async |id| find(&house.views, id).await.unwrap().unwrap().status;
        assert_eq!((status(LOFT).await, status(STAY).await), (PlaceStatus::Unlisted, PlaceStatus::Draft));

        let released = PlaceEvent::Released { by: BOB, reason: None, at: at(6) };
        house.given([(LOFT, Event::Place(released))]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.status, loft.version, loft.updated_at), (PlaceStatus::Unlisted, 3, at(6)));
    })
    .await;
}

#[tokio::test]
async fn erased_texts_read_as_absent() {
    in_a_house(|house| async move {
        let mut erased = details();
        (erased.title, erased.description, erased.address, erased.house_rules) = (None, None, None, None);
        let changes = PlaceChanges { title: Patch::Clear, address: Patch::Clear, ..PlaceChanges::default() };
        house.given([created(LOFT, ADA, erased), changed(LOFT, changes)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!((loft.title, loft.address), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_host_sees_all_of_its_own_places_newest_first() {
    in_a_house(|house| async move {
        let ids: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
        let places = ids.iter().map(|id| created_at(*id, ADA, details(), (id.as_u128() / 2) as i64));
        house.given(places).await;
        house.given([created(LOFT, BOB, details()), (ids[0], Event::Place(PlaceEvent::Archived { at: at(9) }))]).await;
        let newest = [4, 5, 2, 3, 1].map(Uuid::from_u128);

        let page = |page| Slice::Page { page, per_page: 2 };
        let mut seen = vec![];
        for number in 1..=4 {
            let listed = of_owner(&house.views, ADA, None, page(number)).await.unwrap();
            assert_eq!((listed.total, listed.next.is_some()), (Some(5), number < 3));
            seen.extend(listed.items.into_iter().map(|place| place.place_id));
        }
        assert_eq!(seen, newest);

        let (mut seen, mut key) = (vec![], None);
        loop {
            let listed = of_owner(&house.views, ADA, None, Slice::After { key, per_page: 2 }).await.unwrap();
            assert_eq!(listed.total, None);
            seen.extend(listed.items.iter().map(|place| place.place_id));
            key = listed.next;
            if key.is_none() {
                break;
            }
        }
        assert_eq!(seen, newest);

        let archived = of_owner(&house.views, ADA, Some(PlaceStatus::Archived), page(1)).await.unwrap();
        assert_eq!((archived.total, archived.items[0].place_id), (Some(1), ids[0]));
    })
    .await;
}

#[tokio::test]
async fn places_of_a_suspended_host_are_hidden_also_those_made_meanwhile_until_it_is_restored() {
    in_a_house(|house| async move {
        let (before, meanwhile, others) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        let (by, reason) = (Uuid::nil(), Some(text("Why.")));
        let suspended = UserEvent::Suspended { by, reason: reason.clone(), at: at(1) };
        house.given([created(before, ADA, details()), created(others, BOB, details())]).await;
        house.given([(ADA, Event::User(suspended)), created(meanwhile, ADA, details())]).await;
        let found = async || {
            let slice = Slice::Page { page: 1, per_page: 10 };
            let listed = list(&house.views, &PlaceFilter::default(), PlaceSort::Newest, slice).await.unwrap();
            let ids: BTreeSet<_> = listed.items.iter().map(|place| place.place_id).collect();
            assert_eq!(listed.total, Some(ids.len() as u64));
            ids
        };
        assert_eq!(found().await, [others].into());
        for place in [before, meanwhile] {
            let place = find(&house.views, place).await.unwrap().unwrap();
            assert!(place.hidden && place.status == PlaceStatus::Listed);
            assert_eq!((place.version, place.updated_at), (1, at(0)), "nothing happened to the place itself");
        }

        house.given([(ADA, Event::User(UserEvent::Restored { by, reason, at: at(2) }))]).await;
        assert_eq!(found().await, [before, meanwhile, others].into());
    })
    .await;
}

#[tokio::test]
async fn a_title_of_any_script_survives() {
    in_a_house(|house| async move {
        let mut said = details();
        said.title = Some(text("Дом у реки 🏡 東京"));
        house.given([created(LOFT, ADA, said)]).await;
        let loft = find(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!(loft.title.as_deref(), Some("Дом у реки 🏡 東京"));
    })
    .await;
}
