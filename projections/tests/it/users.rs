//! `users_v1`.

use domain::place::PlaceEvent;
use domain::user::{PasswordProof, ProfileChanges, Role, UserEvent};
use domain::{Event, Patch};
use projections::user::{find, find_public, search};
use projections::{ReadError, Slice};
use uuid::Uuid;

use crate::events::{ADA, BOB, LOFT, at, created, details, registered, text};
use crate::harness::in_a_house;

#[tokio::test]
async fn a_profile_is_what_was_registered_and_changed() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada")]).await;
        let before = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!((before.first_name.as_deref(), before.locale.as_deref()), (Some("Ada"), Some("fr")));
        assert_eq!((before.version, before.created_at, before.phone), (1, at(0), None));

        let preferences = serde_json::json!({"email_booking": false, "odd": "\u{0}"});
        let changes = ProfileChanges {
            first_name: Patch::Set(text("Augusta")),
            locale: Patch::Clear,
            preferences: Patch::Set(preferences.as_object().unwrap().clone().into()),
            ..ProfileChanges::default()
        };
        house.given([(ADA, Event::User(UserEvent::ProfileChanged { changes, at: at(9) }))]).await;
        let after = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!((after.first_name.as_deref(), after.locale.as_deref()), (Some("Augusta"), None));
        assert_eq!(after.last_name, before.last_name);
        assert_eq!(after.preferences.as_ref().map(|kept| kept.as_map()), preferences.as_object());
        assert_eq!((after.version, after.created_at, after.updated_at), (2, at(0), at(9)));
    })
    .await;
}

#[tokio::test]
async fn roles_add_up_and_a_closed_account_says_so() {
    in_a_house(|house| async move {
        let grant =
            |role| (ADA, Event::User(UserEvent::RoleGranted { role, by: Uuid::nil(), reason: None, at: at(5) }));
        house.given([registered(ADA, "Ada"), grant(Role::Auditor), grant(Role::Admin)]).await;
        let ada = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!(ada.roles, [Role::Auditor, Role::Admin].into());
        assert!(!ada.closed);

        house.given([(ADA, Event::User(UserEvent::Closed { at: at(6) }))]).await;
        assert!(find(&house.views, ADA).await.unwrap().unwrap().closed);
    })
    .await;
}

#[tokio::test]
async fn roles_are_taken_back_addresses_verified_and_accounts_suspended_and_restored() {
    in_a_house(|house| async move {
        let user = |event| (ADA, Event::User(event));
        let (by, reason) = (Uuid::nil(), Some(text("Why.")));
        house.given([registered(ADA, "Ada")]).await;
        let before = find(&house.views, ADA).await.unwrap().unwrap();
        assert!(!before.email_verified && !before.suspended);

        house
            .given([
                user(UserEvent::RoleGranted { role: Role::Auditor, by, reason: None, at: at(5) }),
                user(UserEvent::RoleGranted { role: Role::Admin, by, reason: None, at: at(5) }),
                user(UserEvent::RoleRevoked { role: Role::Auditor, by, reason: reason.clone(), at: at(6) }),
                user(UserEvent::EmailVerified { at: at(7) }),
                user(UserEvent::Suspended { by, reason: reason.clone(), at: at(8) }),
            ])
            .await;
        let suspended = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!(suspended.roles, [Role::Admin].into());
        assert!(suspended.email_verified && suspended.suspended);
        assert!(find_public(&house.views, ADA).await.unwrap().unwrap().suspended);

        let (change_id, proof) = (Uuid::nil(), PasswordProof::Mail);
        house
            .given([
                user(UserEvent::Restored { by, reason, at: at(9) }),
                user(UserEvent::PasswordChanged { change_id, proof, kept_session: None, at: at(10) }),
            ])
            .await;
        let restored = find(&house.views, ADA).await.unwrap().unwrap();
        assert!(!restored.suspended);
        assert_eq!((restored.version, restored.updated_at), (8, at(10)));
    })
    .await;
}

#[tokio::test]
async fn erased_values_read_as_absent() {
    in_a_house(|house| async move {
        let event = UserEvent::Registered {
            user_id: ADA,
            email: None,
            first_name: None,
            last_name: None,
            phone: None,
            locale: None,
            time_zone: None,
            at: at(0),
        };
        let changes = ProfileChanges { first_name: Patch::Clear, phone: Patch::Clear, ..ProfileChanges::default() };
        let changed = UserEvent::ProfileChanged { changes, at: at(1) };
        house.given([(ADA, Event::User(event)), (ADA, Event::User(changed))]).await;
        let ada = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!((ada.email, ada.first_name, ada.last_name, ada.phone), (None, None, None, None));
    })
    .await;
}

#[tokio::test]
async fn strangers_see_a_first_name_and_how_many_places_are_listed() {
    in_a_house(|house| async move {
        let second = Uuid::from_u128(7);
        house.given([registered(ADA, "Ada"), created(LOFT, ADA, details()), created(second, ADA, details())]).await;
        house.given([(second, Event::Place(PlaceEvent::Unpublished { at: at(3) }))]).await;
        let ada = find_public(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!((ada.first_name.as_deref(), ada.listed_places, ada.member_since), (Some("Ada"), 1, at(0)));
        assert_eq!(find_public(&house.views, BOB).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn imported_hosts_have_a_name_at_the_most() {
    in_a_house(|house| async move {
        let event = UserEvent::Imported {
            user_id: ADA,
            source: "airbnb".to_owned(),
            source_id: "7".to_owned(),
            first_name: None,
            at: at(0),
        };
        house.given([(ADA, Event::User(event))]).await;
        let ada = find(&house.views, ADA).await.unwrap().unwrap();
        assert_eq!((ada.first_name, ada.email, ada.version), (None, None, 1));
    })
    .await;
}

#[tokio::test]
async fn admins_find_people_by_the_beginning_of_a_name_or_address() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada")]).await;
        let page = Slice::Page { page: 1, per_page: 10 };
        for (prefix, found) in [("ad", 1), ("LOVE", 1), ("ada.", 1), ("%", 0), ("_da", 0), ("\0x\\", 0), ("bob", 0)] {
            let listed = search(&house.views, Some(prefix), page).await.unwrap();
            assert_eq!((listed.items.len(), listed.total), (found, Some(found as u64)), "{prefix:?}");
        }
        let by_id = search(&house.views, Some(&ADA.to_string()), page).await.unwrap();
        assert_eq!(by_id.items.iter().map(|row| row.user_id).collect::<Vec<_>>(), [ADA]);
        assert_eq!(search(&house.views, None, page).await.unwrap().total, Some(1));
        let beyond = Slice::Page { page: 501, per_page: 20 };
        assert!(matches!(search(&house.views, None, beyond).await, Err(ReadError::UseCursor)));
    })
    .await;
}
