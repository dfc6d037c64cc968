//! Carries out attempts with the program's own use cases.

use std::collections::BTreeSet;

use commands::booking::RequestBooking;
use commands::place::{BlockNights, CreatePlace, ImportListing, Imported, PlaceDraft};
use commands::ports::password::Password;
use commands::user::Register;
use commands::{Actor, CommandError, Commands, Context, Done, Idempotency, booking, place, user};
use domain::text::Note;
use domain::user::{ProfileChanges, Role};
use domain::{FieldError, Invalid, Nights, Patch};
use harness::PASSWORD;
use jiff::civil::Date;
use uuid::Uuid;

use super::act::{Act, Attempt, Terms, Thing, Who};
use super::names::{self, Names};
use super::world::FIRST_NAME;

/// What the program answered.
pub(super) type Outcome = Result<Said, CommandError>;

#[derive(Debug)]
pub(super) enum Said {
    Done(Done),
    /// An import found its record imported.
    Imported(Uuid),
}

impl Said {
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Done(done) => done.resource_id,
            Self::Imported(place_id) => *place_id,
        }
    }

    /// Where the log is once this is in it; 0 where nobody says.
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::Done(done) => done.position,
            Self::Imported(_) => 0,
        }
    }
}

/// Runs one attempt. `admin` is whether the person's session carries that role.
pub(super) async fn carry_out(commands: &Commands, names: &Names, attempt: &Attempt, admin: bool) -> Outcome {
    let context = &context(names, attempt, admin);
    let id = |thing| names.id(thing);
    let done = match &attempt.act {
        Act::Register { mailbox, shouted } => {
            user::register(commands, context, registration(names, *mailbox, *shouted)).await
        }
        Act::ChangeProfile { first_name, phone } => {
            user::change_profile(commands, context, profile(first_name, *phone)).await
        }
        Act::CloseAccount => user::close(commands, context).await,
        Act::MakeAdmin { person } => {
            user::grant_role(commands, context, id(Thing::Person(*person)), Role::Admin, note(attempt)).await
        }
        Act::Suspend { person } => user::suspend(commands, context, id(Thing::Person(*person)), note(attempt)).await,
        Act::Restore { person } => user::restore(commands, context, id(Thing::Person(*person)), note(attempt)).await,
        Act::ImportPlace { listing, host, terms } => {
            return import(commands, context, record(names, *listing, *host, terms)).await;
        }
        Act::CreatePlace { draft, terms } => {
            place::create(commands, context, CreatePlace { draft: *draft, place: draft_of(terms) }).await
        }
        Act::ChangePlace { place, changes } => {
            let change = names::change_of(changes);
            place::change(commands, context, id(Thing::Place(*place)), change).await
        }
        Act::Publish { place } => place::publish(commands, context, id(Thing::Place(*place))).await,
        Act::Unpublish { place } => place::unpublish(commands, context, id(Thing::Place(*place))).await,
        Act::Archive { place } => place::archive(commands, context, id(Thing::Place(*place))).await,
        Act::Block { place, from, to } => {
            let (block_id, nights) = (Uuid::now_v7(), nights(*from, *to, "to")?);
            let wish = BlockNights { block_id, nights, reason: Some(note(attempt)) };
            place::block(commands, context, id(Thing::Place(*place)), wish).await
        }
        Act::Unblock { place, block } => {
            place::unblock(commands, context, id(Thing::Place(*place)), id(Thing::Block(*block))).await
        }
        Act::Request { place, check_in, check_out, guests } => {
            let (place_id, nights) = (id(Thing::Place(*place)), nights(*check_in, *check_out, "check_out")?);
            let wish = RequestBooking { place_id, nights, guests: *guests, message: Some(note(attempt)) };
            booking::request(commands, context, wish).await
        }
        Act::Confirm { booking } => booking::confirm(commands, context, id(Thing::Booking(*booking))).await,
        Act::Decline { booking } => {
            booking::decline(commands, context, id(Thing::Booking(*booking)), Some(note(attempt))).await
        }
        Act::Cancel { booking } => {
            booking::cancel(commands, context, id(Thing::Booking(*booking)), note(attempt)).await
        }
        Act::Complete { booking } => booking::complete(commands, context, id(Thing::Booking(*booking))).await,
        Act::Expire { booking } => booking::expire(commands, context, id(Thing::Booking(*booking))).await,
    };
    done.map(Said::Done)
}

fn note(attempt: &Attempt) -> Note {
    names::note(attempt.number)
}

fn context(names: &Names, attempt: &Attempt, admin: bool) -> Context {
    let actor = match attempt.who {
        Who::Nobody => Actor::Anonymous,
        Who::System => Actor::System,
        Who::Person(person) => Actor::User {
            id: names.id(Thing::Person(person)),
            roles: if admin { BTreeSet::from([Role::Admin]) } else { BTreeSet::new() },
            session_id: Uuid::nil(),
        },
    };
    let idempotency = attempt.key.map(|key| {
        let (key, digest) = names::key(key.first, key.another_body);
        let scope = format!("{} {}", names.source(), attempt.act.scope());
        Idempotency { key, scope, digest, status: attempt.act.status() }
    });
    Context { actor, request_id: format!("attempt-{}", attempt.number), if_match: attempt.if_match, idempotency }
}

fn registration(names: &Names, mailbox: u8, shouted: bool) -> Register {
    Register {
        email: names.email(mailbox, shouted),
        password: Password::choose(PASSWORD).expect("a password"),
        first_name: names::name(FIRST_NAME),
        last_name: names::name("Tester"),
        phone: None,
        locale: None,
        time_zone: None,
    }
}

fn profile(first_name: &str, phone: Option<&str>) -> ProfileChanges {
    let phone = names::phone(phone).map_or(Patch::Clear, Patch::Set);
    ProfileChanges { first_name: Patch::Set(names::name(first_name)), phone, ..ProfileChanges::default() }
}

fn draft_of(terms: &Terms) -> PlaceDraft {
    let mut details = names::details(terms);
    let zone_given = terms.zone.coordinates_in.is_none();
    if !zone_given {
        details.time_zone = domain::zone::Zone::UTC;
    }
    PlaceDraft { details, zone_given }
}

fn record(names: &Names, listing: u8, host: u8, terms: &Terms) -> ImportListing {
    ImportListing {
        source: names.source(),
        listing_id: listing.to_string(),
        host_id: host.to_string(),
        host_name: Some(names::name(FIRST_NAME)),
        place: draft_of(terms),
    }
}

async fn import(commands: &Commands, context: &Context, record: ImportListing) -> Outcome {
    Ok(match place::import(commands, context, record).await? {
        Imported::Created(done) => Said::Done(done),
        Imported::Exists { place_id } => Said::Imported(place_id),
    })
}

/// Nights as a client's two dates become them.
fn nights(from: Date, to: Date, last: &str) -> Result<Nights, CommandError> {
    let refused = |invalid: Invalid| CommandError::Invalid(Vec::<FieldError>::from([invalid.at(last)]));
    Nights::new(from, to).map_err(refused)
}
