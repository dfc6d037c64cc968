//! What people may do, at random.

use domain::booking::{BookingCommand, Party};
use domain::place::{NewPlace, PlaceChanges, PlaceCommand, PlaceDetails};
use domain::review::{Counterpart, ReviewCommand, Subject};
use domain::user::{PasswordProof, ProfileChanges, Registration, Role, UserCommand};
use domain::{Email, Nights, Patch};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use uuid::Uuid;

use crate::events::{at, details, euros, point, text};

/// Few people and places, so that they meet.
pub(super) const EACH: u128 = 3;

#[derive(Debug, Clone)]
pub(super) enum Act {
    User(u128, UserCommand),
    Place(u128, PlaceCommand),
    /// A new booking, of nights that begin so many days from now.
    Ask {
        place: u128,
        guest: u128,
        days: i64,
        nights: i64,
    },
    /// The last booking, the one before it, and so on.
    Booking(usize, BookingCommand),
    /// The guest or the host of the last booking, the one before it, and so on, reviews the stay.
    Write {
        booking: usize,
        subject: Subject,
        stars: u64,
    },
    /// The last review, the one before it, and so on.
    Review(usize, ReviewCommand),
    TimePasses(i64),
    ViewsFollow {
        batch: u32,
    },
}

pub(super) fn user_id(number: u128) -> Uuid {
    Uuid::from_u128(0x1000 + number)
}

pub(super) fn place_id(number: u128) -> Uuid {
    Uuid::from_u128(0x2000 + number)
}

pub(super) fn booking_id(number: usize) -> Uuid {
    Uuid::from_u128(0x3000 + number as u128)
}

pub(super) fn review_id(number: usize) -> Uuid {
    Uuid::from_u128(0x4000 + number as u128)
}

/// Nights that begin so many days after an instant.
pub(super) fn nights_from(now: Timestamp, days: i64, nights: i64) -> Nights {
    let first = now.to_zoned(jiff::tz::TimeZone::UTC).date() + days.days();
    Nights::new(first, first + nights.days()).unwrap()
}

pub(super) fn register(number: u128) -> UserCommand {
    UserCommand::Register(Registration {
        user_id: Uuid::nil(),
        email: Email::parse(&format!("user{number}@example.org")).unwrap(),
        first_name: text("Ada"),
        last_name: text("Lovelace"),
        phone: None,
        locale: Some("fr".to_owned()),
        time_zone: None,
        now: at(0),
    })
}

/// A command as of second zero; it is given its true time when it is issued.
fn user_command() -> impl Strategy<Value = UserCommand> {
    let now = at(0);
    let changes = (0..3_u8, any::<bool>()).prop_map(|(name, clear)| ProfileChanges {
        first_name: Patch::Set(text(&format!("Name {name}"))),
        locale: if clear { Patch::Clear } else { Patch::Keep },
        ..ProfileChanges::default()
    });
    let role = prop_oneof![Just(Role::Auditor), Just(Role::Admin)];
    prop_oneof![
        3 => changes.prop_map(move |changes| UserCommand::ChangeProfile { changes, now }),
        2 => role.clone().prop_map(move |role| UserCommand::GrantRole { role, by: Uuid::nil(), reason: None, now }),
        1 => role.prop_map(move |role| UserCommand::RevokeRole { role, by: Uuid::nil(), reason: text("Why."), now }),
        1 => Just(UserCommand::VerifyEmail { now }),
        1 => Just(UserCommand::ChangePassword {
            change_id: Uuid::nil(), proof: PasswordProof::Mail, kept_session: None, now
        }),
        2 => Just(UserCommand::Suspend { by: Uuid::nil(), reason: text("Why."), now }),
        2 => Just(UserCommand::Restore { by: Uuid::nil(), reason: text("Why not."), now }),
        1 => Just(UserCommand::Close { now }),
    ]
}

/// One place of three is booked at once, and one in four begins as a draft.
pub(super) fn create(number: u128) -> PlaceCommand {
    let details = PlaceDetails { instant_book: number.is_multiple_of(3), ..details() };
    let (place_id, owner_id) = (Uuid::nil(), user_id(number % EACH));
    PlaceCommand::Create(NewPlace { place_id, owner_id, draft: number % 4 == 3, details, import: None, now: at(0) })
}

fn place_command() -> impl Strategy<Value = PlaceCommand> {
    let now = at(0);
    let changes = (1..3_u32, -80.0..80.0_f64, any::<bool>()).prop_map(|(capacity, latitude, cheap)| PlaceChanges {
        capacity: Some(capacity),
        coordinates: Patch::Set(point(latitude, latitude)),
        price: cheap.then(|| euros("10.50")),
        ..PlaceChanges::default()
    });
    let block = (0_i64..20, 1_i64..5, 0_u128..1_000_000).prop_map(move |(days, nights, id)| {
        let nights = nights_from(now, days, nights);
        PlaceCommand::Block { block_id: Uuid::from_u128(id), nights, reason: None, now }
    });
    prop_oneof![
        2 => changes.prop_map(move |changes| PlaceCommand::Change { changes, now }),
        8 => Just(PlaceCommand::Publish { now }),
        2 => Just(PlaceCommand::Unpublish { now }),
        1 => Just(PlaceCommand::Archive { now }),
        1 => Just(PlaceCommand::Withhold { by: Uuid::nil(), reason: text("A scam"), now }),
        2 => Just(PlaceCommand::Release { by: Uuid::nil(), reason: text("It was none"), now }),
        4 => block,
        // Of a place's blocks, the first: see `World::place`.
        2 => Just(PlaceCommand::Unblock { block_id: Uuid::nil(), now }),
    ]
}

fn booking_command() -> impl Strategy<Value = BookingCommand> {
    let now = at(0);
    let party = prop_oneof![Just(Party::Guest), Just(Party::Host)];
    prop_oneof![
        3 => Just(BookingCommand::Confirm { now }),
        1 => Just(BookingCommand::Decline { by: Party::System, reason: None, now }),
        2 => party.prop_map(move |by| BookingCommand::Cancel { by, reason: Some(text("Changed plans")), now }),
        3 => Just(BookingCommand::Expire { now }),
        3 => Just(BookingCommand::Complete { by: Party::System, now }),
    ]
}

/// The other's review and the time are filled in when it is issued.
fn review_command() -> impl Strategy<Value = ReviewCommand> {
    let now = at(0);
    prop_oneof![
        4 => Just(ReviewCommand::Publish { counterpart: Counterpart::Missing, now }),
        1 => Just(ReviewCommand::Reply { text: text("Come again!"), now }),
        1 => Just(ReviewCommand::Hide { by: Uuid::nil(), reason: text("An insult"), now }),
    ]
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    let subject = prop_oneof![Just(Subject::Place), Just(Subject::Guest)];
    let write = (0_usize..6, subject, 1_u64..=5);
    let ask = (0..2 * EACH, 0..EACH, 0_i64..5, 1_i64..4);
    prop_oneof![
        2 => (0..EACH, user_command()).prop_map(|(number, command)| Act::User(number, command)),
        4 => (0..2 * EACH, place_command()).prop_map(|(number, command)| Act::Place(number, command)),
        8 => ask.prop_map(|(place, guest, days, nights)| Act::Ask { place, guest, days, nights }),
        8 => (0_usize..6, booking_command()).prop_map(|(number, command)| Act::Booking(number, command)),
        6 => write.prop_map(|(booking, subject, stars)| Act::Write { booking, subject, stars }),
        6 => (0_usize..4, review_command()).prop_map(|(number, command)| Act::Review(number, command)),
        3 => (1_i64..300_000).prop_map(Act::TimePasses),
        3 => (1_u32..9).prop_map(|batch| Act::ViewsFollow { batch }),
    ]
}
