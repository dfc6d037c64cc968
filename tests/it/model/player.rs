//! One world under way: the model and the program side by side.

use std::collections::BTreeMap;
use std::fmt;

use commands::{CommandError, Commands, Done};
use domain::booking::BookingError;
use domain::place::PlaceError;
use domain::user::UserError;
use jiff::Timestamp;
use uuid::Uuid;

use super::act::{Act, Attempt, Made, Thing, Who};
use super::answer::{Answer, Refusal};
use super::attempt::{Outcome, Said, carry_out};
use super::clock;
use super::house::House;
use super::names::Names;
use super::world::World;

/// What happened in a world, so that it can happen again.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Attempt(Attempt),
    /// The common time is set, and all that is due happens.
    Timers(Timestamp),
}

/// The program and the model disagree.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mismatch {
    /// About what: an attempt's number, a thing, a table.
    pub(super) about: String,
    pub(super) model: String,
    pub(super) program: String,
}

impl Mismatch {
    /// Whether it is about the same kind of thing.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let kind =
            |mismatch: &Self| mismatch.about.split(|c: char| !c.is_alphabetic() && c != ' ').next().map(str::to_owned);
        kind(self) == kind(other)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    model:   {}\n    program: {}", self.about, self.model, self.program)
    }
}

/// A world that is played.
#[derive(Debug)]
pub(super) struct Player {
    pub(super) world: World,
    pub(super) names: Names,
    pub(super) steps: Vec<Step>,
    /// What the program answered, as expected.
    pub(super) heard: Vec<Answer>,
    /// Where the program said that it recorded a version of a stream.
    pub(super) positions: BTreeMap<(Uuid, u64), u64>,
    /// Where it recorded the first effect under an idempotency key.
    remembered: BTreeMap<(Who, String, Made), u64>,
    /// The last position that the program answered with.
    last: u64,
}

impl Player {
    pub(super) fn new(tag: String) -> Self {
        Self {
            world: World::default(),
            names: Names::new(tag),
            steps: Vec::new(),
            heard: Vec::new(),
            positions: BTreeMap::new(),
            remembered: BTreeMap::new(),
            last: 0,
        }
    }

    /// Lets the model and the program answer an attempt, and compares.
    pub(super) async fn attempt(&mut self, house: &House, attempt: Attempt) -> Result<(), Mismatch> {
        let commands = house.commands();
        self.steps.push(Step::Attempt(attempt.clone()));
        let admin = match attempt.who {
            Who::Person(person) => self.world.accounts.get(&person).is_some_and(|account| account.admin),
            Who::Nobody | Who::System => false,
        };
        let turn = if matches!(attempt.act, Act::Register { .. }) { Some(house.registration().await) } else { None };
        let outcome = clock::at(attempt.at, carry_out(commands, &self.names, &attempt, admin)).await;
        drop(turn);
        let before = self.world.events();
        let expected = self.world.attempt(&attempt);
        let events = self.world.events() - before;
        self.learn_host(commands, &attempt).await;
        let position = outcome.as_ref().map_or(0, Said::position);
        let heard = self.translate(&expected, outcome);
        if heard != expected {
            let about = format!("attempt {} at {} by {:?}: {:?}", attempt.number, attempt.at, attempt.who, attempt.act);
            return Err(Mismatch { about, model: format!("{expected:?}"), program: format!("{heard:?}") });
        }
        self.check_position(&attempt, &expected, events, position)?;
        self.heard.push(heard);
        Ok(())
    }

    /// Everything that is due by now has happened to the program: the model follows.
    pub(super) fn timers_ran(&mut self, now: Timestamp) {
        self.steps.push(Step::Timers(now));
        self.world.let_timers_run(now);
    }

    /// The program's answer in the model's words.
    fn translate(&mut self, expected: &Answer, outcome: Outcome) -> Answer {
        let said = match outcome {
            Ok(said) => said,
            Err(error) => return Answer::Refused(refusal(error)),
        };
        let unexpected = |what: String| Answer::Refused(Refusal::Unexpected(what));
        let about = match expected {
            Answer::Done { about, .. } | Answer::Again { about, .. } => *about,
            Answer::Refused(_) => return unexpected(format!("{said:?}")),
        };
        if !self.names.knows(about) {
            self.names.learn(about, said.id());
        }
        match said {
            said if said.id() != self.names.id(about) => unexpected(format!("{said:?}, which is not {about:?}")),
            Said::Imported(_) => Answer::Again { about, status: None },
            Said::Done(Done { replayed: Some(status), .. }) => Answer::Again { about, status: Some(status) },
            Said::Done(Done { version: Some(version), .. }) => Answer::Done { about, version },
            Said::Done(_) => unexpected(format!("{said:?}, without a version")),
        }
    }

    /// An import makes a host, too, and does not say so.
    async fn learn_host(&mut self, commands: &Commands, attempt: &Attempt) {
        let Act::ImportPlace { host, .. } = &attempt.act else { return };
        let Some(person) = self.world.imported_hosts.get(host).map(|person| Thing::Person(*person)) else { return };
        if !self.names.knows(person) {
            let source = format!("{}-host", self.names.source());
            let id = commands.ports().directory.imported(&source, &host.to_string()).await;
            self.names.learn(person, id.ok().flatten().unwrap_or_default());
        }
    }

    /// Effects are recorded one after the other; repeats name the first effect's place in the log.
    fn check_position(
        &mut self,
        attempt: &Attempt,
        answer: &Answer,
        events: u64,
        position: u64,
    ) -> Result<(), Mismatch> {
        let key = attempt.key.map(|key| (attempt.who, attempt.act.scope(), key.first));
        let (fits, model) = match answer {
            Answer::Refused(_) | Answer::Again { status: None, .. } => return Ok(()),
            Answer::Again { .. } => {
                let first = key.and_then(|key| self.remembered.get(&key).copied());
                (first == Some(position), format!("{first:?}"))
            }
            Answer::Done { about, version } => {
                let earliest = self.last + events;
                self.last = position;
                self.remembered.extend(key.map(|key| (key, position)));
                if events > 0 {
                    self.positions.insert((self.names.id(stream(*about, &attempt.act)), *version), position);
                }
                (position >= earliest, format!("{earliest} or later"))
            }
        };
        let about = format!("position of attempt {}: {:?}", attempt.number, attempt.act);
        if fits { Ok(()) } else { Err(Mismatch { about, model, program: position.to_string() }) }
    }
}

/// A block is a part of its place.
fn stream(about: Thing, act: &Act) -> Thing {
    match (about, act) {
        (Thing::Block(_), Act::Block { place, .. }) => Thing::Place(*place),
        (about, _) => about,
    }
}

fn refusal(error: CommandError) -> Refusal {
    match error {
        CommandError::Unauthenticated => Refusal::Unauthenticated,
        CommandError::NotFound => Refusal::NotFound,
        CommandError::Forbidden => Refusal::Forbidden,
        CommandError::VersionMismatch { actual } => Refusal::AnotherVersion(actual),
        CommandError::IdempotencyKeyReused => Refusal::KeyReused,
        CommandError::Invalid(fields) => {
            Refusal::Invalid(fields.into_iter().map(|field| (field.field, field.code)).collect())
        }
        CommandError::User(UserError::EmailTaken) => Refusal::EmailTaken,
        CommandError::Place(PlaceError::Archived) => Refusal::PlaceArchived,
        CommandError::Place(PlaceError::NightLimits) => Refusal::NightLimits,
        CommandError::Place(PlaceError::NightsTaken) => Refusal::NightsBlocked,
        CommandError::Place(PlaceError::OutsideCalendar) => Refusal::OutsideCalendar,
        CommandError::Booking(error) => booking_refusal(error),
        error @ (CommandError::User(_)
        | CommandError::Place(_)
        | CommandError::Review(_)
        | CommandError::ConcurrentChange
        | CommandError::Unavailable(_)) => Refusal::Unexpected(format!("{error:?}")),
    }
}

fn booking_refusal(error: BookingError) -> Refusal {
    match error {
        BookingError::NotBookable => Refusal::NotBookable,
        BookingError::OwnPlace => Refusal::OwnPlace,
        BookingError::NightsUnavailable => Refusal::NightsUnavailable,
        BookingError::InvalidTransition(status) => Refusal::InvalidTransition(status.name()),
        BookingError::RequestExpired => Refusal::RequestExpired,
        BookingError::StayStarted => Refusal::StayStarted,
        BookingError::StayNotOver => Refusal::StayNotOver,
        BookingError::NotExpired => Refusal::NotExpired,
        error @ (BookingError::NotFound | BookingError::AlreadyExists | BookingError::Unsuitable(_)) => {
            Refusal::Unexpected(format!("{error:?}"))
        }
    }
}
