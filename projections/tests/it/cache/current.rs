//! What one process has changed, every other sees with its next read; what nobody has changed, nobody asks for.

use domain::Event;
use domain::place::{AmenityCode, PlaceDetails, PlaceEvent};
use domain::review::Subject;
use domain::user::UserEvent;
use projections::{Waited, place, user};
use uuid::Uuid;

use super::{Pair, holds_now, renamed};
use crate::amenities::added;
use crate::events::{ADA, BOB, LOFT, STAY, at, confirmed, created, details, june, registered, requested};
use crate::harness::in_a_house;
use crate::reviews::{hidden, published, submitted};

#[tokio::test]
async fn what_has_not_changed_is_not_asked_for() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        pair.tamper(9).await;
        for _ in 0..3 {
            assert_eq!(pair.capacity().await, 4);
        }
        let places = pair.counts().places;
        assert_eq!((places.misses, places.hits, places.entries), (1, 3, 1));
        let direct = pair.house.views.clone().without_cache();
        assert_eq!(place::described(&direct, LOFT).await.unwrap().unwrap().row.capacity, 9);
        assert_eq!(place::describe(&pair.house.views, LOFT).await.unwrap().unwrap().row.capacity, 9);
        assert_eq!(direct.cache_counts(), None);
    })
    .await;
}

#[tokio::test]
async fn a_change_elsewhere_is_seen_at_once_and_touches_nothing_else() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        for capacity in 5..10 {
            assert_eq!(pair.given([holds_now(capacity)]).await, Waited::Reached);
            assert_eq!((pair.capacity().await, pair.first_name().await), (capacity, "Ada".to_owned()));
        }
        assert_eq!(pair.given([renamed(ADA, "Augusta")]).await, Waited::Reached);
        assert_eq!((pair.capacity().await, pair.first_name().await), (9, "Augusta".to_owned()));
        let counts = pair.counts();
        assert_eq!((counts.places.misses, counts.places.changed), (6, 5));
        assert_eq!((counts.users.misses, counts.users.changed), (2, 1));
        assert_eq!(counts.emptied, 1, "before the first read alone");
    })
    .await;
}

#[tokio::test]
async fn what_is_made_later_is_not_remembered_as_absent() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let hut = Uuid::from_u128(0x447);
        for _ in 0..2 {
            assert!(place::described(&pair.house.views, hut).await.unwrap().is_none());
            assert!(user::described(&pair.house.views, BOB).await.unwrap().is_none());
        }
        assert_eq!((pair.counts().places.hits, pair.counts().users.hits), (1, 1), "nothing is remembered too");
        pair.given([registered(BOB, "Bob"), created(hut, BOB, details())]).await;
        assert!(place::described(&pair.house.views, hut).await.unwrap().is_some());
        let bob = user::described(&pair.house.views, BOB).await.unwrap().unwrap();
        assert_eq!(bob.row.listed_places, 1);
    })
    .await;
}

#[tokio::test]
async fn a_host_lists_fewer_places_as_soon_as_one_is_gone() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        assert_eq!(pair.ada().await.row.listed_places, 1);
        pair.given([(LOFT, Event::Place(PlaceEvent::Unpublished { at: at(5) }))]).await;
        assert_eq!(pair.ada().await.row.listed_places, 0);
        pair.given([(LOFT, Event::Place(PlaceEvent::Published { at: at(6) }))]).await;
        assert_eq!(pair.ada().await.row.listed_places, 1);
        pair.given([(LOFT, Event::Place(PlaceEvent::Archived { at: at(7) }))]).await;
        assert_eq!(pair.ada().await.row.listed_places, 0);
    })
    .await;
}

#[tokio::test]
async fn a_suspended_host_is_hidden_at_once_and_so_are_its_places() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let suspended = UserEvent::Suspended { by: Uuid::nil(), reason: None, at: at(5) };
        pair.given([(ADA, Event::User(suspended))]).await;
        let (loft, ada) = (pair.loft().await, pair.ada().await);
        assert_eq!((loft.row.hidden, ada.row.suspended, ada.row.listed_places), (true, true, 0));
        let restored = UserEvent::Restored { by: Uuid::nil(), reason: None, at: at(6) };
        pair.given([(ADA, Event::User(restored))]).await;
        let (loft, ada) = (pair.loft().await, pair.ada().await);
        assert_eq!((loft.row.hidden, ada.row.suspended, ada.row.listed_places), (false, false, 1));
    })
    .await;
}

#[tokio::test]
async fn averages_follow_reviews_as_they_are_published_and_hidden() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let (of_place, of_guest) = (Uuid::from_u128(0x5e), Uuid::from_u128(0x5f));
        pair.given([registered(BOB, "Bob"), requested(STAY, june(3, 5)), confirmed(STAY)]).await;
        let said = async || {
            let bob = user::described(&pair.house.views, BOB).await.unwrap().unwrap();
            let (loft, ada) = (pair.loft().await, pair.ada().await);
            [loft.rating.overall.stars, ada.as_host.overall.stars, bob.as_guest.overall.stars]
        };
        assert_eq!(said().await, [0, 0, 0]);
        pair.given([submitted(of_place, Subject::Place, 4), submitted(of_guest, Subject::Guest, 5)]).await;
        assert_eq!(said().await, [0, 0, 0]);
        pair.given([published(of_place, Subject::Place, 4, 20), published(of_guest, Subject::Guest, 5, 20)]).await;
        assert_eq!(said().await, [4, 4, 5]);
        pair.given([hidden(of_guest)]).await;
        assert_eq!(said().await, [4, 4, 0]);
        pair.given([hidden(of_place)]).await;
        assert_eq!(said().await, [0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn an_amenity_is_called_by_its_name_as_soon_as_it_has_one() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let code = AmenityCode::parse("wine_cellar").unwrap();
        let villa = Uuid::from_u128(0x717a);
        let with_cellar = PlaceDetails { amenities: vec![code.clone()], ..details() };
        pair.given([created(villa, ADA, with_cellar)]).await;
        let name = async || {
            let villa = place::described(&pair.house.views, villa).await.unwrap().unwrap();
            villa.added_amenities.get(&code).map(|amenity| amenity.name_fr.clone())
        };
        assert_eq!(name().await, None);
        pair.given([added("wine_cellar", "Wine cellar", "Cave à vin")]).await;
        assert_eq!(name().await.as_deref(), Some("Cave à vin"));
        assert_eq!(name().await.as_deref(), Some("Cave à vin"));
    })
    .await;
}

#[tokio::test]
async fn a_process_that_has_not_read_for_long_begins_anew() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        pair.given((1..=1_200).map(|number| registered(Uuid::from_u128(number), "Guest"))).await;
        pair.given([holds_now(7)]).await;
        assert_eq!((pair.capacity().await, pair.counts().emptied), (7, 2));
        pair.given((1..=900).map(|number| renamed(Uuid::from_u128(number), "Gast"))).await;
        pair.given([renamed(ADA, "Augusta")]).await;
        assert_eq!((pair.capacity().await, pair.first_name().await), (7, "Augusta".to_owned()));
        assert_eq!((pair.counts().emptied, pair.counts().places.hits), (2, 1), "so many events it reads");
    })
    .await;
}
