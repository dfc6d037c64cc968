//! What an account is worth: roles taken back, the address verified, the password changed, suspensions.

use std::collections::BTreeMap;

use super::*;

#[test]
fn a_role_is_taken_back_from_whoever_has_it() {
    let admin = vec![registered(), granted(Role::Admin)];
    given(admin.clone()).when(revoke(Role::Admin)).then_expect_events(vec![revoked(Role::Admin)]);
    given(admin).when(revoke(Role::Auditor)).then_expect_events(vec![]);
    assert!(replay::<User>(&[registered(), granted(Role::Admin), revoked(Role::Admin)]).roles().is_empty());
}

#[test]
fn an_address_is_verified_once() {
    given(vec![registered()]).when(verify()).then_expect_events(vec![verified()]);
    given(vec![registered(), verified()]).when(verify()).then_expect_events(vec![]);
    assert!(!replay::<User>(&[registered()]).has_verified_email());
    assert!(replay::<User>(&[registered(), verified()]).has_verified_email());
}

#[test]
fn each_change_of_a_password_is_recorded() {
    given(vec![registered()]).when(change_password()).then_expect_events(vec![password_changed()]);
    given(vec![registered(), password_changed()]).when(change_password()).then_expect_events(vec![password_changed()]);
    assert_eq!(replay::<User>(&[registered()]).password_change(), None);
    assert_eq!(replay::<User>(&[registered(), password_changed()]).password_change(), Some(BOOKING));
}

#[test]
fn a_suspended_account_is_open_but_not_active_until_it_is_restored() {
    given(vec![registered()]).when(suspend(HOST)).then_expect_events(vec![suspended()]);
    given(vec![registered(), suspended()]).when(suspend(HOST)).then_expect_events(vec![]);
    given(vec![registered(), suspended()]).when(restore()).then_expect_events(vec![restored()]);
    given(vec![registered()]).when(restore()).then_expect_events(vec![]);

    let user: User = replay(&[registered(), suspended()]);
    assert!(user.is_open() && user.is_suspended() && !user.is_active());
    let user: User = replay(&[registered(), suspended(), restored()]);
    assert!(user.is_active() && !user.is_suspended());
}

#[test]
fn nobody_suspends_the_own_account() {
    given(vec![registered()]).when(suspend(GUEST)).then_expect_error(UserError::Oneself);
}

#[test]
fn a_suspended_account_keeps_its_address() {
    assert_eq!(held::<User>(&[registered(), suspended()]), BTreeMap::from([(Claim::Email(email()), GUEST)]));
}
