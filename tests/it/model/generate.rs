//! Draws what people attempt: mostly something sensible, so that much happens, and often enough something that must be
//! refused. A few people and places, so that they meet.

use jiff::civil::{Date, Time, time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::act::{Act, Attempt, Change, Home, Key, Made, Terms, Who};
use super::calendar::date_at;
use super::random::Random;
use super::world::{Stage, State, Stay, World};

/// Zones whose clocks are moved in spring and in autumn (one of them by half an hour), and the ends of the Earth.
pub(super) const ZONES: &[&str] = &[
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
];
/// Zones that the program finds by coordinates: see `names::coordinates`.
pub(super) const ZONES_ON_THE_MAP: &[&str] = &["Europe/Paris", "America/New_York", "Australia/Lord_Howe"];
const TITLES: &[&str] = &["Maison du canal", "海边的房子", "Old mill"];
/// How many addresses people have.
pub(super) const MAILBOXES: u8 = 8;
/// Stands for somebody or something that was never made.
const NEVER_MADE: Made = Made::MAX;

/// A source of attempts in one world.
#[derive(Debug)]
pub(super) struct Generator {
    random: Random,
    number: Made,
    /// Attempts under a key, to be repeated.
    keyed: Vec<Attempt>,
    /// The booking whose deadline the clock was just set to: it comes next.
    focus: Option<Made>,
}

#[derive(Debug, Clone, Copy)]
enum Wish {
    Request,
    Confirm,
    Decline,
    Cancel,
    Complete,
    Expire,
    Block,
    Unblock,
    Change,
    Publish,
    Unpublish,
    Archive,
    Create,
    Import,
    Profile,
    Close,
    Admin,
    Suspend,
    Restore,
    Register,
    Repeat,
}

const WISHES: &[(i64, Wish)] = &[
    (340, Wish::Request),
    (110, Wish::Confirm),
    (40, Wish::Decline),
    (80, Wish::Cancel),
    (40, Wish::Complete),
    (25, Wish::Expire),
    (75, Wish::Block),
    (40, Wish::Unblock),
    (90, Wish::Change),
    (40, Wish::Publish),
    (22, Wish::Unpublish),
    (7, Wish::Archive),
    (12, Wish::Create),
    (10, Wish::Import),
    (20, Wish::Profile),
    (5, Wish::Close),
    (8, Wish::Admin),
    (4, Wish::Suspend),
    (16, Wish::Restore),
    (4, Wish::Register),
    (50, Wish::Repeat),
];

const AT_A_DEADLINE: &[(i64, Wish)] =
    &[(3, Wish::Confirm), (2, Wish::Decline), (3, Wish::Cancel), (3, Wish::Complete), (2, Wish::Expire)];

impl Generator {
    pub(super) fn new(random: Random) -> Self {
        Self { random, number: 0, keyed: Vec::new(), focus: None }
    }

    /// The next attempt, by what there is in the world now.
    pub(super) fn attempt(&mut self, world: &World, now: Timestamp) -> Attempt {
        self.number += 1;
        let open = world.accounts.values().filter(|account| !account.closed && account.mailbox.is_some()).count();
        let listed = world.places.values().filter(|place| place.stage == Stage::Listed).count();
        let wish = match (open, listed) {
            (..4, _) => return self.newcomer(world, now),
            (_, ..2) => self.random.weighted(&[(3, Wish::Create), (1, Wish::Publish), (1, Wish::Repeat)]),
            _ if self.focus.is_some() => self.random.weighted(AT_A_DEADLINE),
            _ => self.random.weighted(WISHES),
        };
        if let (Wish::Repeat, Some(again)) = (wish, self.repeat(now)) {
            return again;
        }
        let (who, act) = self.wish(world, now, wish);
        let if_match = self.condition(world, &act);
        let may_have_key = !matches!(act, Act::Register { .. } | Act::ImportPlace { .. });
        let key = (may_have_key && self.random.percent(20)).then_some(Key { first: self.number, another_body: false });
        let attempt = Attempt { number: self.number, at: now, who, act, if_match, key };
        if key.is_some() {
            self.keyed.push(attempt.clone());
        }
        attempt
    }

    /// Somebody with an address that is free, while there are too few.
    fn newcomer(&self, world: &World, now: Timestamp) -> Attempt {
        let mailbox = (0..MAILBOXES).find(|mailbox| !world.mailboxes.contains_key(mailbox)).expect("a free address");
        let act = Act::Register { mailbox, shouted: false };
        Attempt { number: self.number, at: now, who: Who::Nobody, act, if_match: None, key: None }
    }

    /// The same again, or another body or another person under the same key.
    fn repeat(&mut self, now: Timestamp) -> Option<Attempt> {
        let mut again = self.random.one(&self.keyed)?;
        (again.number, again.at) = (self.number, now);
        match self.random.between(0, 10) {
            0 | 1 => again.key = again.key.map(|key| Key { another_body: !key.another_body, ..key }),
            2 => again.who = Who::System,
            _ => {}
        }
        Some(again)
    }

    fn wish(&mut self, world: &World, now: Timestamp, wish: Wish) -> (Who, Act) {
        match wish {
            Wish::Request | Wish::Repeat => self.request(world, now),
            Wish::Confirm => self.answer(world, State::Pending, |booking| Act::Confirm { booking }),
            Wish::Decline => self.answer(world, State::Pending, |booking| Act::Decline { booking }),
            Wish::Cancel => self.answer(world, State::Confirmed, |booking| Act::Cancel { booking }),
            Wish::Complete => self.answer(world, State::Confirmed, |booking| Act::Complete { booking }),
            Wish::Expire => {
                let booking = self.booking(world, State::Pending);
                (Who::System, Act::Expire { booking })
            }
            Wish::Block | Wish::Unblock | Wish::Change | Wish::Publish | Wish::Unpublish | Wish::Archive => {
                self.host_act(world, now, wish)
            }
            Wish::Create => {
                (self.anybody(world), Act::CreatePlace { draft: self.random.percent(15), terms: self.terms() })
            }
            Wish::Import => self.import(),
            Wish::Profile => {
                let first_name = self.random.one(&["Ada", "Zoë", "Łukasz"]).unwrap_or("Ada");
                let phone = self.random.one(&[None, Some("+33612345678")]).flatten();
                (self.anybody(world), Act::ChangeProfile { first_name, phone })
            }
            Wish::Close => (self.anybody(world), Act::CloseAccount),
            Wish::Admin => {
                let who = if self.random.percent(60) { Who::System } else { self.anybody(world) };
                (who, Act::MakeAdmin { person: self.person(world) })
            }
            Wish::Suspend => (self.admin(world), Act::Suspend { person: self.person(world) }),
            Wish::Restore => {
                let suspended = world.accounts.iter().filter(|(_, account)| account.suspended);
                let suspended: Vec<Made> = suspended.map(|(number, _)| *number).collect();
                let person = self.random.one(&suspended).unwrap_or_else(|| self.person(world));
                (self.admin(world), Act::Restore { person })
            }
            Wish::Register => {
                let mailbox = u8::try_from(self.random.between(0, MAILBOXES.into())).expect("few mailboxes");
                (Who::Nobody, Act::Register { mailbox, shouted: self.random.percent(30) })
            }
        }
    }

    fn request(&mut self, world: &World, now: Timestamp) -> (Who, Act) {
        let place = self.place(world);
        let zone = world.places.get(&place).map_or("UTC", |lodging| lodging.terms.zone.zone);
        let (check_in, check_out) = self.dates(date_at(now, zone));
        let guests = u32::try_from(self.random.between(1, 4)).expect("few guests");
        let guests = if self.random.percent(5) { guests.saturating_sub(1) * 3 } else { guests };
        let mut who = self.anybody(world);
        if world.places.get(&place).is_some_and(|lodging| who == Who::Person(lodging.owner)) {
            // Once more: few want to sleep at their own place.
            who = self.anybody(world);
        }
        (who, Act::Request { place, check_in, check_out, guests })
    }

    /// Nights of the coming weeks; now and then around the calendar's ends, or none at all.
    fn dates(&mut self, today: Date) -> (Date, Date) {
        let (from, count) = match self.random.between(0, 100) {
            0..2 => (self.random.between(-3, 0), 2),
            2..5 => (self.random.between(722, 735), self.random.between(1, 8)),
            5..7 => (self.random.between(0, 10), self.random.between(-1, 1)),
            7 => (self.random.between(0, 10), self.random.between(728, 734)),
            8..40 => (self.random.between(0, 3), self.random.between(1, 4)),
            _ => (self.random.between(0, 14), self.random.between(1, 8)),
        };
        let check_in = today + from.days();
        (check_in, check_in + count.days())
    }

    /// Something about a booking, mostly by a party of it and while it is in the state for that.
    fn answer(&mut self, world: &World, state: State, act: impl Fn(Made) -> Act) -> (Who, Act) {
        let booking = self.booking(world, state);
        let who = match world.bookings.get(&booking) {
            Some(Stay { guest, host, .. }) => match self.random.between(0, 10) {
                0..6 => Who::Person(*host),
                6..8 => Who::Person(*guest),
                8 => Who::System,
                _ => self.anybody(world),
            },
            None => self.anybody(world),
        };
        (who, act(booking))
    }

    fn host_act(&mut self, world: &World, now: Timestamp, wish: Wish) -> (Who, Act) {
        let place = self.place(world);
        let lodging = world.places.get(&place);
        let host = lodging.map(|lodging| Who::Person(lodging.owner));
        let who = host.filter(|_| self.random.percent(88)).unwrap_or_else(|| self.anybody(world));
        let act = match wish {
            Wish::Publish => Act::Publish { place },
            Wish::Unpublish => Act::Unpublish { place },
            Wish::Archive => Act::Archive { place },
            Wish::Unblock => {
                let blocks: Vec<Made> = lodging.iter().flat_map(|lodging| lodging.blocks.keys().copied()).collect();
                Act::Unblock { place, block: self.random.one(&blocks).unwrap_or(NEVER_MADE) }
            }
            Wish::Block => {
                let zone = lodging.map_or("UTC", |lodging| lodging.terms.zone.zone);
                let (from, to) = self.dates(date_at(now, zone));
                Act::Block { place, from, to }
            }
            _ => Act::ChangePlace { place, changes: self.changes() },
        };
        (who, act)
    }

    fn import(&mut self) -> (Who, Act) {
        let listing = u8::try_from(self.random.between(0, 12)).expect("few records");
        let act = Act::ImportPlace { listing, host: listing % 3, terms: self.terms() };
        (if self.random.percent(90) { Who::System } else { Who::Nobody }, act)
    }

    fn terms(&mut self) -> Terms {
        let by_coordinates = self.random.percent(40);
        let zone = self.random.one(if by_coordinates { ZONES_ON_THE_MAP } else { ZONES }).unwrap_or("UTC");
        Terms {
            title: self.random.one(TITLES).unwrap_or("Old mill"),
            description: self.random.one(&[None, Some("Two rooms.\nNo lift.")]).flatten(),
            cents: self.random.between(1, 50_000),
            zone: Home { zone, coordinates_in: by_coordinates.then_some(zone) },
            capacity: self.small(1, 5),
            min_nights: self.small(1, 3),
            max_nights: if self.random.percent(4) { 1 } else { self.small(5, 30) },
            check_in_time: self.time_of_day(),
            check_out_time: self.time_of_day(),
            instant: self.random.percent(35),
        }
    }

    fn changes(&mut self) -> Vec<Change> {
        (0..self.random.between(1, 4)).map(|_| self.change()).collect()
    }

    fn change(&mut self) -> Change {
        match self.random.between(0, 10) {
            0 => Change::Title(self.random.one(TITLES).unwrap_or("Old mill")),
            1 => Change::Description(self.random.one(&[None, Some("Two rooms.\nNo lift.")]).flatten()),
            2 => Change::Zone(self.random.one(ZONES).unwrap_or("UTC")),
            3 => Change::Capacity(self.small(1, 5)),
            4 => Change::MinNights(self.small(1, 7)),
            5 => Change::MaxNights(self.small(1, 30)),
            6 => Change::CheckInTime(self.time_of_day()),
            7 => Change::CheckOutTime(self.time_of_day()),
            8 => Change::Instant(self.random.percent(50)),
            _ => Change::Cents(self.random.between(1, 50_000)),
        }
    }

    /// The right version or another one, for what has one already.
    fn condition(&mut self, world: &World, act: &Act) -> Option<u64> {
        let history = match act {
            Act::ChangePlace { place, .. }
            | Act::Publish { place }
            | Act::Unpublish { place }
            | Act::Archive { place }
            | Act::Block { place, .. }
            | Act::Unblock { place, .. } => world.places.get(place).map(|place| place.history.len()),
            Act::Confirm { booking }
            | Act::Decline { booking }
            | Act::Cancel { booking }
            | Act::Complete { booking } => world.bookings.get(booking).map(|stay| stay.history.len()),
            _ => None,
        };
        let version = history.filter(|_| self.random.percent(20))? as u64;
        Some(if self.random.percent(60) { version } else { version + self.random.next() % 2 + 1 })
    }

    fn place(&mut self, world: &World) -> Made {
        let wanted = if self.random.percent(85) { Stage::Listed } else { Stage::Unlisted };
        let of = |stage| {
            world.places.iter().filter(|(_, place)| place.stage == stage).map(|(number, _)| *number).collect::<Vec<_>>()
        };
        let any: Vec<Made> = world.places.keys().copied().collect();
        match self.random.between(0, 100) {
            0 => NEVER_MADE,
            1..10 => self.random.one(&any).unwrap_or(NEVER_MADE),
            // The few first ones: they shall be wanted by many.
            _ => self.random.one(of(wanted).get(..2).unwrap_or(&of(wanted))).unwrap_or(NEVER_MADE),
        }
    }

    fn booking(&mut self, world: &World, state: State) -> Made {
        if let Some(booking) = self.focus.take() {
            return booking;
        }
        let any: Vec<Made> = world.bookings.keys().copied().collect();
        let wanted: Vec<Made> =
            world.bookings.iter().filter(|(_, stay)| stay.state == state).map(|(number, _)| *number).collect();
        match self.random.between(0, 100) {
            0 => NEVER_MADE,
            1..20 => self.random.one(&any).unwrap_or(NEVER_MADE),
            _ => self.random.one(&wanted).or_else(|| self.random.one(&any)).unwrap_or(NEVER_MADE),
        }
    }

    fn anybody(&mut self, world: &World) -> Who {
        match self.random.between(0, 100) {
            0..2 => Who::Nobody,
            2 => Who::System,
            _ => Who::Person(self.person(world)),
        }
    }

    /// Mostly somebody who may do everything.
    fn admin(&mut self, world: &World) -> Who {
        let admins = world.accounts.iter().filter(|(_, account)| account.admin && !account.closed);
        let admins: Vec<Made> = admins.map(|(number, _)| *number).collect();
        match self.random.between(0, 10) {
            0 => self.anybody(world),
            1..4 => Who::System,
            _ => self.random.one(&admins).map_or(Who::System, Who::Person),
        }
    }

    fn person(&mut self, world: &World) -> Made {
        let closed = self.random.percent(2);
        let people: Vec<Made> =
            world.accounts.iter().filter(|(_, account)| account.closed == closed).map(|(number, _)| *number).collect();
        self.random.one(&people).unwrap_or(NEVER_MADE)
    }

    fn time_of_day(&mut self) -> Time {
        let times = [time(15, 0, 0, 0), time(11, 0, 0, 0), time(2, 30, 0, 0), time(1, 45, 0, 0), time(0, 0, 0, 0)];
        self.random.one(&times).unwrap_or_default()
    }

    fn small(&mut self, low: i64, high: i64) -> u32 {
        u32::try_from(self.random.between(low, high)).expect("a small number")
    }

    /// How the clock moves on to the next attempt: a moment, some hours, or to a deadline and a second around it.
    /// Two attempts are never made at the same instant.
    pub(super) fn pass_time(&mut self, world: &World, now: Timestamp, at_most: Timestamp) -> Timestamp {
        let next = now + SignedDuration::from_millis(1);
        let later = match self.random.between(0, 100) {
            0..75 => next,
            75..85 => now + SignedDuration::from_mins(self.random.between(1, 300)),
            _ => match self.random.one(&deadlines(world, next, at_most)) {
                Some((booking, deadline)) => {
                    self.focus = Some(booking);
                    deadline + SignedDuration::from_secs(self.random.weighted(&[(3, 0), (1, -1), (1, 1)]))
                }
                None => next,
            },
        };
        later.min(at_most).max(next)
    }
}

/// When something becomes possible, impossible or due for a booking: after `after`, and by `until`.
pub(super) fn deadlines(world: &World, after: Timestamp, until: Timestamp) -> Vec<(Made, Timestamp)> {
    let live = world.bookings.iter().filter(|(_, stay)| matches!(stay.state, State::Pending | State::Confirmed));
    let all = live.flat_map(|(booking, stay)| {
        let times = if stay.state == State::Pending {
            vec![stay.expires_at]
        } else {
            vec![stay.check_in_at, stay.check_out_at]
        };
        times.into_iter().map(|at| (*booking, at))
    });
    all.filter(|(_, at)| *at > after && *at <= until).collect()
}
