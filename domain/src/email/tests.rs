use std::collections::HashSet;

use proptest::prelude::*;

use super::Email;

#[test]
fn an_address_stays_as_its_owner_wrote_it() {
    let email = Email::parse(" Ada.Lovelace+hbnb@Example.ORG ").unwrap();
    assert_eq!(email.as_str(), "Ada.Lovelace+hbnb@Example.ORG");
    assert_eq!(email.canonical(), "ada.lovelace+hbnb@example.org");
}

#[test]
fn one_mailbox_is_one_address_whatever_the_case() {
    let (one, other) = (Email::parse("Ada@Example.org").unwrap(), Email::parse("aDA@eXAMPLE.ORG").unwrap());
    assert_eq!(one, other);
    assert_eq!(one.cmp(&other), std::cmp::Ordering::Equal);
    assert_eq!(HashSet::from([one, other]).len(), 1);
}

#[test]
fn usual_addresses_are_accepted() {
    for raw in ["a@b.co", "o'neill@example.org", "x_y-z=1@sub.example.museum", "1@2.34", "a@xn--bcher-kva.example"] {
        assert!(Email::parse(raw).is_ok(), "{raw}");
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for raw in [
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@.org",
        "ada@example.",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "ada@-example.org",
        "ada@example-.org",
        "a b@example.org",
        "ada@exa mple.org",
        "a@b@example.org",
        "\"ada\"@example.org",
        "ada@[127.0.0.1]",
        "zoë@example.org",
        "ada@bücher.example",
        "ada@example.org\u{0}",
        "ada\u{200b}@example.org",
        "ada\n@example.org",
        "ada@example.org,eve@example.org",
        "Ada <ada@example.org>",
        "аda@example.org",
    ] {
        assert_eq!(Email::parse(raw).unwrap_err().code, "invalid_email", "{raw:?}");
    }
}

#[test]
fn an_address_has_at_most_120_bytes_and_its_local_part_64() {
    let long = |local: usize, label: usize| format!("{}@{}.example.org", "l".repeat(local), "d".repeat(label));
    assert_eq!(long(64, 43).len(), 120);
    assert!(Email::parse(&long(64, 43)).is_ok());
    assert_eq!(Email::parse(&long(64, 44)).unwrap_err().code, "too_long");
    assert_eq!(Email::parse(&long(65, 10)).unwrap_err().code, "invalid_email");
}

proptest! {
    #[test]
    fn an_accepted_address_is_plain_ascii_with_one_at_sign(raw in "[ a-zA-Z0-9.@+'é\u{0}-]{0,30}") {
        if let Ok(email) = Email::parse(&raw) {
            prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(email.as_str().matches('@').count(), 1);
            prop_assert_eq!(Email::parse(&email.canonical()).unwrap(), email);
        }
    }
}
