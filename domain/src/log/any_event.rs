//! Any event that the log can hold. Everything in it that a person wrote is recognisable as such: see [`WRITTEN`].

use jiff::civil::{Time, date};
use jiff::{Timestamp, ToSpan};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::amenity::AmenityEvent;
use crate::booking::{BookingEvent, Offer, Party, Price};
use crate::email::Email;
use crate::log::Event;
use crate::money::{Currency, Money};
use crate::nights::Nights;
use crate::patch::Patch;
use crate::place::{AmenityCode, Coordinates, LocationPrecision, PlaceChanges, PlaceDetails, PlaceEvent, PlaceStatus};
use crate::review::{Categories, Category, Occasion, ReviewEvent, Stars, Subject};
use crate::text::{Phone, Text};
use crate::user::{PasswordProof, Preferences, ProfileChanges, Role, UserEvent};
use crate::zone::Zone;

/// What every personal text, address and number of these events has in it, and nothing else.
pub(super) const WRITTEN: [&str; 3] = ["§", "secret-", "+999"];

fn written<const MIN: usize, const MAX: usize, const LINES: bool>() -> impl Strategy<Value = Text<MIN, MAX, LINES>> {
    let odd = select(vec!["", "\"", "\\", "null", "\u{200d}", "👩‍👧", "العربية", "e\u{301}"]);
    (odd, "\\PC{0,20}").prop_map(|(odd, rest)| Text::parse(&format!("§§§{odd}{rest}§")).unwrap())
}

fn region() -> impl Strategy<Value = Text<1, 100, false>> {
    select(vec!["Paris", "東京", "São Paulo"]).prop_map(|name| Text::parse(name).unwrap())
}

fn email() -> impl Strategy<Value = Email> {
    "[a-zA-Z0-9+]{1,20}".prop_map(|local| Email::parse(&format!("secret-{local}@Example.org")).unwrap())
}

fn phone() -> impl Strategy<Value = Phone> {
    "[0-9]{4,12}".prop_map(|digits| Phone::parse(&format!("+999{digits}")).unwrap())
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn at() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000).prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

fn zone() -> impl Strategy<Value = Zone> {
    select(vec!["UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Asia/Kathmandu"])
        .prop_map(|name| name.parse().unwrap())
}

fn money() -> impl Strategy<Value = Money> {
    (any::<i64>(), select(Currency::ALL)).prop_map(|(minor, currency)| Money { minor, currency })
}

fn nights() -> impl Strategy<Value = Nights> {
    (0_i32..5_000, 1_i32..=730).prop_map(|(start, count)| {
        let from = date(2026, 1, 1) + start.days();
        Nights::new(from, from + count.days()).unwrap()
    })
}

fn time() -> impl Strategy<Value = Time> {
    (0_i8..24, 0_i8..60).prop_map(|(hour, minute)| jiff::civil::time(hour, minute, 0, 0))
}

fn coordinates() -> impl Strategy<Value = Coordinates> {
    (-90.0..=90.0, -180.0..=180.0).prop_map(|(latitude, longitude)| Coordinates::new(latitude, longitude).unwrap())
}

fn amenities() -> impl Strategy<Value = Vec<AmenityCode>> {
    vec("[a-z0-9_]{1,64}".prop_map(|code| AmenityCode::parse(&code).unwrap()), 0..3)
}

fn precision() -> impl Strategy<Value = LocationPrecision> {
    select(vec![LocationPrecision::Approximate, LocationPrecision::Exact])
}

fn patch<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Patch<T>> {
    prop_oneof![Just(Patch::Keep), Just(Patch::Clear), value.prop_map(Patch::Set)]
}

fn preferences() -> impl Strategy<Value = Preferences> {
    let value = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_filter("JSON has no NaN", |number| number.is_finite()).prop_map(Into::into),
        "§\\PC{0,9}".prop_map(Into::into),
        vec("§\\PC{0,9}", 0..3).prop_map(Into::into),
    ];
    prop::collection::hash_map("§\\PC{0,9}", value, 0..4)
        .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into())
}

fn details() -> BoxedStrategy<PlaceDetails> {
    let texts = (option::of(written()), option::of(written()), option::of(written()), option::of(written()));
    let whereabouts =
        (option::of(coordinates()), precision(), option::of(region()), option::of(region()), zone(), any::<bool>());
    let numbers = (money(), any::<[u32; 3]>(), time(), time(), amenities());
    (texts, whereabouts, numbers)
        .prop_map(|(texts, whereabouts, numbers)| {
            let (title, description, address, house_rules) = texts;
            let (coordinates, location_precision, city, country, time_zone, instant_book) = whereabouts;
            let (price, [capacity, min_nights, max_nights], check_in_time, check_out_time, amenities) = numbers;
            PlaceDetails {
                title,
                description,
                price,
                coordinates,
                location_precision,
                address,
                city,
                country,
                time_zone,
                capacity,
                min_nights,
                max_nights,
                check_in_time,
                check_out_time,
                house_rules,
                instant_book,
                amenities,
            }
        })
        .boxed()
}

fn changes() -> BoxedStrategy<PlaceChanges> {
    let texts = (patch(written()), patch(written()), patch(written()), patch(written()));
    let whereabouts =
        (patch(coordinates()), option::of(precision()), patch(region()), patch(region()), option::of(zone()));
    let numbers = (option::of(money()), any::<[Option<u32>; 3]>(), option::of(time()), option::of(time()));
    let others = (any::<Option<bool>>(), option::of(amenities()));
    (texts, whereabouts, numbers, others)
        .prop_map(|(texts, whereabouts, numbers, others)| {
            let (title, description, address, house_rules) = texts;
            let (coordinates, location_precision, city, country, time_zone) = whereabouts;
            let (price, [capacity, min_nights, max_nights], check_in_time, check_out_time) = numbers;
            let (instant_book, amenities) = others;
            PlaceChanges {
                title,
                description,
                price,
                coordinates,
                location_precision,
                address,
                city,
                country,
                time_zone,
                capacity,
                min_nights,
                max_nights,
                check_in_time,
                check_out_time,
                house_rules,
                instant_book,
                amenities,
            }
        })
        .boxed()
}

fn offer() -> BoxedStrategy<Offer> {
    let who = (id(), id(), any::<u32>(), any::<bool>());
    let price = (nights(), -1_000_000_i64..1_000_000, select(Currency::ALL));
    (who, price, zone(), [at(), at(), at()])
        .prop_map(|(who, price, time_zone, times)| {
            let (place_id, host_id, guests, instant) = who;
            let (nights, minor, currency) = price;
            let price = Price::of(Money { minor, currency }, nights).unwrap();
            let [check_in_at, check_out_at, expires_at] = times;
            Offer {
                place_id,
                host_id,
                nights,
                guests,
                price,
                time_zone,
                check_in_at,
                check_out_at,
                expires_at,
                instant,
            }
        })
        .boxed()
}

fn user_event() -> BoxedStrategy<UserEvent> {
    let person = (option::of(email()), option::of(written()), option::of(written()), option::of(phone()));
    let home = (option::of("[a-z]{2}"), option::of(zone()));
    let profile = (patch(written()), patch(written()), patch(phone()), patch("[a-z]{2}"), patch(zone()));
    prop_oneof![
        (id(), person, home, at()).prop_map(|(user_id, (email, first_name, last_name, phone), home, at)| {
            let (locale, time_zone) = home;
            UserEvent::Registered { user_id, email, first_name, last_name, phone, locale, time_zone, at }
        }),
        (id(), "\\PC{1,9}", "\\PC{1,9}", option::of(written()), at()).prop_map(
            |(user_id, source, source_id, first_name, at)| {
                let (source, source_id) = (source.replace('§', ""), source_id.replace('§', ""));
                UserEvent::Imported { user_id, source, source_id, first_name, at }
            }
        ),
        (profile, patch(preferences()), at()).prop_map(|(profile, preferences, at)| {
            let (first_name, last_name, phone, locale, time_zone) = profile;
            let changes = ProfileChanges { first_name, last_name, phone, locale, time_zone, preferences };
            UserEvent::ProfileChanged { changes, at }
        }),
        (select(vec![Role::Admin, Role::Auditor]), id(), option::of(written()), at())
            .prop_map(|(role, by, reason, at)| UserEvent::RoleGranted { role, by, reason, at }),
        (select(vec![Role::Admin, Role::Auditor]), id(), option::of(written()), at())
            .prop_map(|(role, by, reason, at)| UserEvent::RoleRevoked { role, by, reason, at }),
        at().prop_map(|at| UserEvent::EmailVerified { at }),
        (id(), select(vec![PasswordProof::Password, PasswordProof::Mail]), option::of(id()), at()).prop_map(
            |(change_id, proof, kept_session, at)| UserEvent::PasswordChanged { change_id, proof, kept_session, at }
        ),
        (id(), option::of(written()), at()).prop_map(|(by, reason, at)| UserEvent::Suspended { by, reason, at }),
        (id(), option::of(written()), at()).prop_map(|(by, reason, at)| UserEvent::Restored { by, reason, at }),
        at().prop_map(|at| UserEvent::Closed { at }),
    ]
    .boxed()
}

fn place_event() -> BoxedStrategy<PlaceEvent> {
    let statuses = vec![PlaceStatus::Draft, PlaceStatus::Listed, PlaceStatus::Unlisted, PlaceStatus::Archived];
    let import = option::of(("[a-z-]{1,9}", "[0-9]{1,9}"));
    prop_oneof![
        ([id(), id()], select(statuses), details(), import, at()).prop_map(|(ids, status, details, import, at)| {
            let [place_id, owner_id] = ids;
            PlaceEvent::Created { place_id, owner_id, status, details, import, at }
        }),
        (changes(), at()).prop_map(|(changes, at)| PlaceEvent::Changed { changes, at }),
        at().prop_map(|at| PlaceEvent::Published { at }),
        at().prop_map(|at| PlaceEvent::Unpublished { at }),
        at().prop_map(|at| PlaceEvent::Archived { at }),
        (id(), option::of(written()), at()).prop_map(|(by, reason, at)| PlaceEvent::Withheld { by, reason, at }),
        (id(), option::of(written()), at()).prop_map(|(by, reason, at)| PlaceEvent::Released { by, reason, at }),
        (id(), nights(), option::of(written()), at())
            .prop_map(|(block_id, nights, reason, at)| PlaceEvent::NightsBlocked { block_id, nights, reason, at }),
        (id(), nights(), at()).prop_map(|(block_id, nights, at)| PlaceEvent::BlockRemoved { block_id, nights, at }),
    ]
    .boxed()
}

fn booking_event() -> BoxedStrategy<BookingEvent> {
    let by = || select(vec![Party::Guest, Party::Host, Party::System]);
    // What the system says is its own: no person's.
    let said = || (by(), option::of(written())).prop_map(|(by, reason)| (by, reason.filter(|_| by != Party::System)));
    prop_oneof![
        ([id(), id()], offer(), 1..=u64::from(u32::MAX), option::of(written()), at()).prop_map(
            |([booking_id, guest_id], offer, place_version, message, at)| {
                BookingEvent::Requested { booking_id, guest_id, offer, place_version, message, at }
            }
        ),
        (by(), at(), at()).prop_map(|(by, check_out_at, at)| BookingEvent::Confirmed { by, check_out_at, at }),
        (said(), at()).prop_map(|((by, reason), at)| BookingEvent::Declined { by, reason, at }),
        (said(), at()).prop_map(|((by, reason), at)| BookingEvent::Cancelled { by, reason, at }),
        at().prop_map(|at| BookingEvent::Expired { at }),
        (by(), at()).prop_map(|(by, at)| BookingEvent::Completed { by, at }),
    ]
    .boxed()
}

fn stars() -> impl Strategy<Value = Stars> {
    (1_u64..=5).prop_map(|number| Stars::new(number).unwrap())
}

fn categories() -> impl Strategy<Value = Categories> {
    prop::collection::btree_map(select(Category::ALL), stars(), 0..=6)
}

fn review_event() -> BoxedStrategy<ReviewEvent> {
    let subject = || select(vec![Subject::Place, Subject::Guest]);
    let occasion = select(vec![Occasion::BothIn, Occasion::WindowOver]);
    let said = (option::of(stars()), option::of(categories()), option::of(written()));
    prop_oneof![
        (any::<[u128; 5]>(), subject(), said, [at(), at()]).prop_map(|(ids, subject, said, [window_end, at])| {
            let [review_id, booking_id, place_id, guest_id, host_id] = ids.map(Uuid::from_u128);
            let (rating, categories, text) = said;
            ReviewEvent::Submitted {
                review_id,
                booking_id,
                place_id,
                guest_id,
                host_id,
                subject,
                rating,
                categories,
                text,
                window_end,
                at,
            }
        }),
        ([id(), id(), id()], subject(), (stars(), categories()), occasion, at()).prop_map(
            |([booking_id, place_id, author_id], subject, (rating, categories), occasion, at)| {
                ReviewEvent::Published { booking_id, place_id, author_id, subject, rating, categories, occasion, at }
            }
        ),
        (option::of(written()), at()).prop_map(|(text, at)| ReviewEvent::Replied { text, at }),
        (id(), option::of(written()), at()).prop_map(|(by, reason, at)| ReviewEvent::Hidden { by, reason, at }),
    ]
    .boxed()
}

fn amenity_event() -> BoxedStrategy<AmenityEvent> {
    let name = || select(vec!["Wine cellar", "Cave à vin", "ワイン"]).prop_map(|name| Text::parse(name).unwrap());
    let code = "[a-z0-9_]{1,64}".prop_map(|code| AmenityCode::parse(&code).unwrap());
    ([id(), id()], code, name(), name(), at())
        .prop_map(|([amenity_id, by], code, name_en, name_fr, at)| AmenityEvent::Added {
            amenity_id,
            code,
            name_en,
            name_fr,
            by,
            at,
        })
        .boxed()
}

/// Any event of any stream.
pub(super) fn any_event() -> BoxedStrategy<Event> {
    prop_oneof![
        user_event().prop_map(Event::User),
        place_event().prop_map(Event::Place),
        booking_event().prop_map(Event::Booking),
        review_event().prop_map(Event::Review),
        amenity_event().prop_map(Event::Amenity),
    ]
    .boxed()
}
