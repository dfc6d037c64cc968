//! Given, when, then: each decision of the aggregate.

mod preferences;
mod standing;

use std::collections::BTreeMap;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{PasswordProof, ProfileChanges, Registration, Role, User, UserCommand, UserError, UserEvent};
use crate::claim::{Claim, ClaimChange};
use crate::email::Email;
use crate::log::Logged;
use crate::patch::Patch;
use crate::testing::{BOOKING, GUEST, HOST, PLACE, at, date, held, replay, text};
use crate::text::Phone;

fn now() -> Timestamp {
    at("2026-06-01T10:00:00Z")
}

fn email() -> Email {
    Email::parse("ada@example.org").unwrap()
}

fn facts() -> Registration {
    Registration {
        user_id: GUEST,
        email: email(),
        first_name: text("Ada"),
        last_name: text("Lovelace"),
        phone: Some(Phone::parse("+33612345678").unwrap()),
        locale: Some("fr".to_owned()),
        time_zone: Some("Europe/Paris".parse().unwrap()),
        now: now(),
    }
}

fn registered() -> UserEvent {
    let facts = facts();
    UserEvent::Registered {
        user_id: GUEST,
        email: Some(facts.email),
        first_name: Some(facts.first_name),
        last_name: Some(facts.last_name),
        phone: facts.phone,
        locale: facts.locale,
        time_zone: facts.time_zone,
        at: now(),
    }
}

fn import() -> UserCommand {
    UserCommand::Import {
        user_id: HOST,
        source: "airbnb-host".to_owned(),
        source_id: "4804".to_owned(),
        first_name: Some(text("Frank")),
        now: now(),
    }
}

fn imported() -> UserEvent {
    UserEvent::Imported {
        user_id: HOST,
        source: "airbnb-host".to_owned(),
        source_id: "4804".to_owned(),
        first_name: Some(text("Frank")),
        at: now(),
    }
}

fn closed() -> UserEvent {
    UserEvent::Closed { at: now() }
}

fn grant(role: Role) -> UserCommand {
    UserCommand::GrantRole { role, by: Uuid::nil(), reason: None, now: now() }
}

fn granted(role: Role) -> UserEvent {
    UserEvent::RoleGranted { role, by: Uuid::nil(), reason: None, at: now() }
}

fn revoke(role: Role) -> UserCommand {
    UserCommand::RevokeRole { role, by: HOST, reason: text("Left."), now: now() }
}

fn revoked(role: Role) -> UserEvent {
    UserEvent::RoleRevoked { role, by: HOST, reason: Some(text("Left.")), at: now() }
}

fn suspend(by: Uuid) -> UserCommand {
    UserCommand::Suspend { by, reason: text("Fraud."), now: now() }
}

fn suspended() -> UserEvent {
    UserEvent::Suspended { by: HOST, reason: Some(text("Fraud.")), at: now() }
}

fn restore() -> UserCommand {
    UserCommand::Restore { by: HOST, reason: text("A mistake."), now: now() }
}

fn restored() -> UserEvent {
    UserEvent::Restored { by: HOST, reason: Some(text("A mistake.")), at: now() }
}

fn verify() -> UserCommand {
    UserCommand::VerifyEmail { now: now() }
}

fn verified() -> UserEvent {
    UserEvent::EmailVerified { at: now() }
}

fn change_password() -> UserCommand {
    let (change_id, kept_session) = (BOOKING, Some(PLACE));
    UserCommand::ChangePassword { change_id, proof: PasswordProof::Password, kept_session, now: now() }
}

fn password_changed() -> UserEvent {
    let (change_id, kept_session) = (BOOKING, Some(PLACE));
    UserEvent::PasswordChanged { change_id, proof: PasswordProof::Password, kept_session, at: now() }
}

fn change(changes: ProfileChanges) -> UserCommand {
    UserCommand::ChangeProfile { changes, now: now() }
}

fn given(events: Vec<UserEvent>) -> AggregateTestExecutor<User> {
    TestFramework::<User>::with(()).given(events)
}

#[test]
fn a_registration_makes_an_account() {
    given(vec![]).when(UserCommand::Register(facts())).then_expect_events(vec![registered()]);
    assert!(replay::<User>(&[registered()]).is_open());
}

#[test]
fn an_account_is_made_once() {
    for command in [UserCommand::Register(facts()), import()] {
        for past in [vec![registered()], vec![imported()], vec![registered(), closed()]] {
            given(past).when(command.clone()).then_expect_error(UserError::AlreadyRegistered);
        }
    }
}

#[test]
fn an_imported_host_has_a_name_and_nothing_else() {
    given(vec![]).when(import()).then_expect_events(vec![imported()]);
    assert!(replay::<User>(&[imported()]).is_open());
}

#[test]
fn nothing_can_be_asked_of_an_account_that_is_not_open() {
    for past in [vec![], vec![registered(), closed()]] {
        assert!(!replay::<User>(&past).is_open());
        let commands = [
            change(ProfileChanges::default()),
            grant(Role::Admin),
            revoke(Role::Admin),
            verify(),
            change_password(),
            suspend(HOST),
            restore(),
            UserCommand::Close { now: now() },
        ];
        for command in commands {
            given(past.clone()).when(command).then_expect_error(UserError::NotFound);
        }
    }
}

#[test]
fn a_profile_records_only_what_is_new() {
    let changes = ProfileChanges {
        first_name: Patch::Set(text("Augusta")),
        last_name: Patch::Set(text("Lovelace")),
        phone: Patch::Clear,
        preferences: Patch::Clear,
        ..Default::default()
    };
    let new = ProfileChanges { first_name: Patch::Set(text("Augusta")), phone: Patch::Clear, ..Default::default() };
    given(vec![registered()])
        .when(change(changes))
        .then_expect_events(vec![UserEvent::ProfileChanged { changes: new, at: now() }]);
}

#[test]
fn a_profile_that_stays_the_same_records_nothing() {
    let same = ProfileChanges {
        first_name: Patch::Set(text("Ada")),
        last_name: Patch::Set(text("Lovelace")),
        phone: Patch::Set(Phone::parse("+33 6 12 34 56 78").unwrap()),
        locale: Patch::Set("fr".to_owned()),
        time_zone: Patch::Set("europe/paris".parse().unwrap()),
        preferences: Patch::Keep,
    };
    given(vec![registered()]).when(change(same)).then_expect_events(vec![]);
    given(vec![registered()]).when(change(ProfileChanges::default())).then_expect_events(vec![]);
}

#[test]
fn every_field_of_a_profile_can_change_and_a_repeat_then_has_nothing_to_do() {
    let preferences = json!({"email_booking": false, "theme": {"dark": true}, "scale": 1.1});
    let changes = ProfileChanges {
        first_name: Patch::Set(text("Grace")),
        last_name: Patch::Set(text("Hopper")),
        phone: Patch::Set(Phone::parse("+12025550123").unwrap()),
        locale: Patch::Set("en".to_owned()),
        time_zone: Patch::Set("America/New_York".parse().unwrap()),
        preferences: Patch::Set(preferences.as_object().unwrap().clone().into()),
    };
    let changed = UserEvent::ProfileChanged { changes: changes.clone(), at: now() };
    given(vec![registered()]).when(change(changes.clone())).then_expect_events(vec![changed.clone()]);
    given(vec![registered(), changed]).when(change(changes)).then_expect_events(vec![]);
}

#[test]
fn a_role_is_granted_once() {
    given(vec![registered()]).when(grant(Role::Admin)).then_expect_events(vec![granted(Role::Admin)]);
    let admin = vec![registered(), granted(Role::Admin)];
    given(admin.clone()).when(grant(Role::Admin)).then_expect_events(vec![]);
    given(admin.clone()).when(grant(Role::Auditor)).then_expect_events(vec![granted(Role::Auditor)]);
    assert_eq!(replay::<User>(&admin).roles().iter().copied().collect::<Vec<_>>(), [Role::Admin]);
}

#[test]
fn nobody_has_a_role_by_registering() {
    assert!(replay::<User>(&[registered()]).roles().is_empty());
}

#[test]
fn an_account_is_closed_once() {
    given(vec![registered()]).when(UserCommand::Close { now: now() }).then_expect_events(vec![closed()]);
    given(vec![registered(), closed()]).when(UserCommand::Close { now: now() }).then_expect_error(UserError::NotFound);
}

#[test]
fn an_open_account_holds_its_address() {
    let account = vec![registered(), granted(Role::Admin)];
    assert_eq!(held::<User>(&account), BTreeMap::from([(Claim::Email(email()), GUEST)]));
}

#[test]
fn an_address_is_claimed_whatever_its_case() {
    let shouted = Email::parse("ADA@Example.Org").unwrap();
    assert_eq!(Claim::Email(shouted), Claim::Email(email()));
}

#[test]
fn a_closed_account_frees_its_address() {
    assert_eq!(held::<User>(&[registered(), closed()]), BTreeMap::new());
}

#[test]
fn an_imported_host_is_imported_for_good() {
    let claim = Claim::Import { source: "airbnb-host".to_owned(), id: "4804".to_owned() };
    let holds = BTreeMap::from([(claim, HOST)]);
    assert_eq!(held::<User>(&[imported()]), holds);
    assert_eq!(held::<User>(&[imported(), closed()]), holds, "a repeated import must not bring it back");
}

#[test]
fn an_erased_registration_claims_nothing() {
    // Erasing released the claim; a replay no longer knows the address.
    let json = json!({"type": "registered", "user_id": GUEST, "email": null, "first_name": null, "last_name": null,
        "phone": null, "locale": null, "time_zone": null, "at": "2026-06-01T10:00:00Z"});
    let erased: UserEvent = serde_json::from_value(json).unwrap();
    assert_eq!(User::default().claims(&erased), []);
    assert_eq!(replay::<User>(&[erased]).claims(&closed()), []);
}

#[test]
fn a_closing_releases_the_address_in_the_name_of_its_holder() {
    let user: User = replay(&[registered()]);
    assert_eq!(user.claims(&closed()), [ClaimChange::Release { claim: Claim::Email(email()), holder: GUEST }]);
}

#[test]
fn a_claim_that_is_taken_says_what_it_was() {
    assert_eq!(User::claim_taken(&Claim::Email(email())), UserError::EmailTaken);
    let import = Claim::Import { source: "airbnb-host".to_owned(), id: "4804".to_owned() };
    assert_eq!(User::claim_taken(&import), UserError::AlreadyImported);
    let night = Claim::Night { place_id: PLACE, night: date("2026-07-01") };
    assert_eq!(User::claim_taken(&night), UserError::EmailTaken, "not a user's claim, but a conflict all the same");
    let review = Claim::Review { booking_id: BOOKING, author_id: GUEST };
    assert_eq!(User::claim_taken(&review), UserError::EmailTaken);
}

#[test]
fn what_identifies_a_person_is_sealed_under_their_own_key() {
    let user: User = replay(&[registered()]);
    let sealed = |event: &UserEvent| user.personal_data(event).map(|data| (data.subject, data.fields.to_vec()));
    let changed = UserEvent::ProfileChanged { changes: ProfileChanges::default(), at: now() };
    assert_eq!(sealed(&registered()), Some((GUEST, vec!["email", "first_name", "last_name", "phone"])));
    assert_eq!(sealed(&imported()), Some((HOST, vec!["first_name"])));
    assert_eq!(sealed(&changed), Some((GUEST, vec!["first_name", "last_name", "phone", "preferences"])));
    assert_eq!(sealed(&granted(Role::Admin)), Some((GUEST, vec!["reason"])));
    for reasoned in [revoked(Role::Admin), suspended(), restored()] {
        assert_eq!(sealed(&reasoned), Some((GUEST, vec!["reason"])));
    }
    for plain in [closed(), verified(), password_changed()] {
        assert_eq!(sealed(&plain), None);
    }
}

#[test]
fn names_of_roles_are_those_in_the_log() {
    for role in [Role::Auditor, Role::Admin] {
        assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        assert_eq!(role.name().parse(), Ok(role));
    }
    for unknown in ["", "Admin", "root", "host"] {
        assert_eq!(unknown.parse::<Role>().unwrap_err().code, "unknown_role");
    }
}
