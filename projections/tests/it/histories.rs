//! Whatever people do: applied batch by batch or rebuilt from zero, the rows are the same, and the nights in the views
//! are the nights that the log's guards hold.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use domain::booking::{Booking, BookingCommand, BookingRequest, Offer, Party};
use domain::place::{NewPlace, Place, PlaceChanges, PlaceCommand, PlaceDetails};
use domain::user::{PasswordProof, ProfileChanges, Registration, Role, User, UserCommand};
use domain::{Claim, ClaimChange, Email, Event, Logged, Nights, Patch};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::events::{at, details, euros, point, text};
use crate::harness::{House, in_a_house};

/// Few people and places, so that they meet.
const EACH: u128 = 3;

#[derive(Debug, Clone)]
enum Act {
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
    TimePasses(i64),
    ViewsFollow {
        batch: u32,
    },
}

fn user_id(number: u128) -> Uuid {
    Uuid::from_u128(0x1000 + number)
}

fn place_id(number: u128) -> Uuid {
    Uuid::from_u128(0x2000 + number)
}

fn booking_id(number: usize) -> Uuid {
    Uuid::from_u128(0x3000 + number as u128)
}

/// Nights that begin so many days after an instant.
fn nights_from(now: Timestamp, days: i64, nights: i64) -> Nights {
    let first = now.to_zoned(jiff::tz::TimeZone::UTC).date() + days.days();
    Nights::new(first, first + nights.days()).unwrap()
}

fn register(number: u128) -> UserCommand {
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
fn create(number: u128) -> PlaceCommand {
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

fn act() -> impl Strategy<Value = Act> {
    let ask = (0..2 * EACH, 0..EACH, 0_i64..5, 1_i64..4);
    prop_oneof![
        2 => (0..EACH, user_command()).prop_map(|(number, command)| Act::User(number, command)),
        4 => (0..2 * EACH, place_command()).prop_map(|(number, command)| Act::Place(number, command)),
        8 => ask.prop_map(|(place, guest, days, nights)| Act::Ask { place, guest, days, nights }),
        8 => (0_usize..6, booking_command()).prop_map(|(number, command)| Act::Booking(number, command)),
        3 => (1_i64..300_000).prop_map(Act::TimePasses),
        3 => (1_u32..9).prop_map(|batch| Act::ViewsFollow { batch }),
    ]
}

/// What the log would hold: aggregates, claims and time.
struct World {
    users: BTreeMap<Uuid, User>,
    places: BTreeMap<Uuid, Place>,
    /// By number; a new one is the last.
    bookings: Vec<Booking>,
    claims: BTreeMap<Claim, Uuid>,
    now: Timestamp,
}

impl World {
    fn new() -> Self {
        Self { users: BTreeMap::new(), places: BTreeMap::new(), bookings: vec![], claims: BTreeMap::new(), now: at(0) }
    }

    /// The events of one act; none where the rules refuse it.
    fn act(&mut self, act: Act) -> Vec<(Uuid, Event)> {
        match act {
            Act::User(number, command) => self.user(number, command),
            Act::Place(number, command) => self.place(number, command),
            Act::Ask { place, guest, days, nights } => self.ask(place, guest, nights_from(self.now, days, nights)),
            Act::Booking(back, command) => match self.bookings.len().checked_sub(back + 1) {
                Some(number) => self.booking(number, dated(command, self.now)),
                None => vec![],
            },
            Act::TimePasses(seconds) => {
                self.now += seconds.seconds();
                vec![]
            }
            Act::ViewsFollow { .. } => vec![],
        }
    }

    fn user(&mut self, number: u128, mut command: UserCommand) -> Vec<(Uuid, Event)> {
        let id = user_id(number);
        match &mut command {
            UserCommand::Register(facts) => (facts.user_id, facts.now) = (id, self.now),
            UserCommand::Import { now, .. }
            | UserCommand::ChangeProfile { now, .. }
            | UserCommand::GrantRole { now, .. }
            | UserCommand::RevokeRole { now, .. }
            | UserCommand::VerifyEmail { now }
            | UserCommand::ChangePassword { now, .. }
            | UserCommand::Suspend { now, .. }
            | UserCommand::Restore { now, .. }
            | UserCommand::Close { now } => *now = self.now,
        }
        let state = self.users.entry(id).or_default();
        let Ok(events) = state.decide(command) else { return vec![] };
        record(state, &mut self.claims, events).into_iter().map(|event| (id, Event::User(event))).collect()
    }

    fn place(&mut self, number: u128, mut command: PlaceCommand) -> Vec<(Uuid, Event)> {
        let id = place_id(number);
        let state = self.places.entry(id).or_default();
        match &mut command {
            PlaceCommand::Create(facts) => (facts.place_id, facts.now) = (id, self.now),
            PlaceCommand::Unblock { block_id, now } => {
                (*block_id, *now) = (state.blocks().next().map_or(Uuid::nil(), |(id, _)| id), self.now);
            }
            PlaceCommand::Change { now, .. }
            | PlaceCommand::Publish { now }
            | PlaceCommand::Unpublish { now }
            | PlaceCommand::Archive { now }
            | PlaceCommand::Block { now, .. } => *now = self.now,
        }
        let Ok(events) = state.decide(command) else { return vec![] };
        record(state, &mut self.claims, events).into_iter().map(|event| (id, Event::Place(event))).collect()
    }

    fn ask(&mut self, place: u128, guest: u128, nights: Nights) -> Vec<(Uuid, Event)> {
        let state = self.places.entry(place_id(place)).or_default();
        let Ok(offer) = Offer::of(place_id(place), state, nights, 1, self.now) else { return vec![] };
        let booking_id = booking_id(self.bookings.len());
        let facts = BookingRequest {
            booking_id,
            guest_id: user_id(guest),
            offer,
            place_version: 1,
            message: None,
            now: self.now,
        };
        self.bookings.push(Booking::default());
        self.booking(self.bookings.len() - 1, BookingCommand::Request(facts))
    }

    fn booking(&mut self, number: usize, command: BookingCommand) -> Vec<(Uuid, Event)> {
        let state = &mut self.bookings[number];
        let Ok(events) = state.decide(command) else { return vec![] };
        let events = record(state, &mut self.claims, events);
        if state.status().is_none() {
            self.bookings.remove(number);
        }
        events.into_iter().map(|event| (booking_id(number), Event::Booking(event))).collect()
    }

    /// The nights that somebody holds, as the table of the view has them.
    fn nights(&self) -> Vec<(Uuid, jiff::civil::Date, Uuid)> {
        let night = |(claim, holder): (&Claim, &Uuid)| match claim {
            Claim::Night { place_id, night } => Some((*place_id, *night, *holder)),
            Claim::Email(_) | Claim::Import { .. } | Claim::Review { .. } => None,
        };
        self.claims.iter().filter_map(night).collect()
    }
}

fn dated(mut command: BookingCommand, at: Timestamp) -> BookingCommand {
    match &mut command {
        BookingCommand::Request(facts) => facts.now = at,
        BookingCommand::Confirm { now }
        | BookingCommand::Decline { now, .. }
        | BookingCommand::Cancel { now, .. }
        | BookingCommand::Expire { now }
        | BookingCommand::Complete { now, .. } => *now = at,
    }
    command
}

/// What the appender does: all of a command's events, or none where somebody else holds what they claim.
fn record<A: Logged>(state: &mut A, claims: &mut BTreeMap<Claim, Uuid>, events: Vec<A::Event>) -> Vec<A::Event> {
    let (mut next, mut held) = (state.clone(), claims.clone());
    for event in &events {
        for change in next.claims(event) {
            match change {
                ClaimChange::Take { claim, holder } => {
                    if *held.entry(claim).or_insert(holder) != holder {
                        return vec![];
                    }
                }
                ClaimChange::Release { claim, holder } => {
                    if held.get(&claim) == Some(&holder) {
                        held.remove(&claim);
                    }
                }
            }
        }
        next.apply(event.clone());
    }
    (*state, *claims) = (next, held);
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn any_history_gives_the_same_rows_incrementally_and_rebuilt() {
    in_a_house(|house| async move {
        let runtime = tokio::runtime::Handle::current();
        let check = move || {
            let mut runner = TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
            let history = prop::collection::vec(act(), 10..150);
            runner.run(&history, |acts| runtime.block_on(holds(&house, acts))).unwrap();
        };
        tokio::task::spawn_blocking(check).await.unwrap();
    })
    .await;
}

async fn holds(house: &House, acts: Vec<Act>) -> Result<(), TestCaseError> {
    start_over(house).await;
    let mut world = World::new();
    let people = (0..EACH).map(|number| Act::User(number, register(number)));
    let places = (0..2 * EACH).map(|number| Act::Place(number, create(number)));
    for act in people.chain(places).chain(acts) {
        if let Act::ViewsFollow { batch } = act {
            house.log.batch.store(batch, Ordering::Relaxed);
            // A fresh set of projectors: what one process knows of the checkpoints is not what counts.
            follow(house).await;
        }
        for (id, event) in world.act(act) {
            house.log.append(id, event);
        }
    }
    follow(house).await;
    let incremental = house.dump_views().await;
    prop_assert_eq!(nights_of_the_view(house).await, world.nights());
    for _ in 0..2 {
        house.log.batch.store(0, Ordering::Relaxed);
        for projection in projections::Views::projections() {
            house.views.rebuild(projection.name()).await.unwrap();
        }
        prop_assert_eq!(&house.dump_views().await, &incremental);
    }
    Ok(())
}

async fn follow(house: &House) {
    let views = projections::Views::new(house.pool.clone(), house.log.clone());
    let deadline = std::time::Instant::now() + crate::harness::PATIENCE;
    assert_eq!(views.wait_for(house.log.head(), deadline).await, projections::Waited::Reached);
}

/// An empty log, and views of it.
async fn start_over(house: &House) {
    house.log.clear();
    for projection in projections::Views::projections() {
        house.views.rebuild(projection.name()).await.unwrap();
    }
}

async fn nights_of_the_view(house: &House) -> Vec<(Uuid, jiff::civil::Date, Uuid)> {
    let sql = "select place_id, night, holder from place_nights_v1 order by 1, 2";
    let rows: Vec<(Uuid, jiff_sqlx::Date, Uuid)> = sqlx::query_as(sql).fetch_all(&house.pool).await.unwrap();
    rows.into_iter().map(|(place, night, holder)| (place, night.to_jiff(), holder)).collect()
}
