//! The whole state machine as two tables: every state against every command, and every deadline against the commands
//! that look at it.

use cqrs_es::DomainEvent;
use cqrs_es::test::TestFramework;
use jiff::{Timestamp, ToSpan};

use super::{ask, history, offer, requested_at};
use crate::booking::{Booking, BookingCommand, BookingError, BookingEvent, BookingStatus, Party};

/// Each command at a moment that suits it: answers in time, the timers when they ring.
const STATES: &str = "
             request    confirm     decline     cancel      expire      complete
    none     requested  not_found   not_found   not_found   not_found   not_found
    pending  exists     confirmed   declined    cancelled   expired     transition
    confirmed exists    transition  transition  cancelled   transition  completed
    declined exists     transition  transition  transition  transition  transition
    cancelled exists    transition  transition  transition  transition  transition
    expired  exists     transition  transition  transition  transition  transition
    completed exists    transition  transition  transition  transition  transition
";

/// A deadline belongs to what comes after it; the columns are the last nanosecond before each, and each.
const DEADLINES: &str = "
                             before_expiry  expiry     before_check_in  check_in   before_check_out  check_out
    pending/confirm          confirmed      too_late   too_late         too_late   too_late          too_late
    pending/decline          declined       too_late   too_late         too_late   too_late          too_late
    pending/cancel_guest     cancelled      too_late   too_late         too_late   too_late          too_late
    pending/cancel_host      cancelled      too_late   too_late         too_late   too_late          too_late
    pending/expire           too_early      expired    expired          expired    expired           expired
    confirmed/cancel_guest   cancelled      cancelled  cancelled        started    started           started
    confirmed/cancel_host    cancelled      cancelled  cancelled        cancelled  cancelled         over
    confirmed/complete       not_over       not_over   not_over         not_over   not_over          completed
";

#[test]
fn every_state_answers_every_command() {
    for (state, name, expected) in cells(STATES) {
        let given = status(state).map_or_else(Vec::new, history);
        let moment = match name {
            "expire" => offer().expires_at,
            "complete" => offer().check_out_at,
            _ => requested_at() + 2.hours(),
        };
        assert_eq!(outcome(given, command(name, moment)), expected, "{name} while {state}");
    }
}

#[test]
fn every_deadline_counts_even_when_its_timer_is_late() {
    for (case, moment, expected) in cells(DEADLINES) {
        let (state, name) = case.split_once('/').unwrap();
        let given = history(status(state).unwrap());
        assert_eq!(outcome(given, command(name, instant(moment))), expected, "{name} while {state} at {moment}");
    }
}

/// Row, column and content of each cell of a table.
fn cells(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let mut lines = table.lines().map(str::split_whitespace).filter(|words| words.clone().next().is_some());
    let columns: Vec<_> = lines.next().unwrap().collect();
    lines.flat_map(move |mut words| {
        let row = words.next().unwrap();
        let cells: Vec<_> = words.collect();
        assert_eq!(cells.len(), columns.len(), "{row}");
        columns.clone().into_iter().zip(cells).map(move |(column, cell)| (row, column, cell))
    })
}

fn status(name: &str) -> Option<BookingStatus> {
    (name != "none").then(|| name.parse().unwrap())
}

fn instant(moment: &str) -> Timestamp {
    let moments =
        [("expiry", offer().expires_at), ("check_in", offer().check_in_at), ("check_out", offer().check_out_at)];
    let (name, step) = moment.strip_prefix("before_").map_or((moment, 0), |name| (name, -1));
    moments.iter().find(|(known, _)| *known == name).unwrap().1 + step.nanoseconds()
}

fn command(name: &str, now: Timestamp) -> BookingCommand {
    let cancel = |by| BookingCommand::Cancel { by, reason: None, now };
    match name {
        "request" => ask(offer()),
        "confirm" => BookingCommand::Confirm { now },
        "decline" => BookingCommand::Decline { by: Party::Host, reason: None, now },
        "cancel" | "cancel_guest" => cancel(Party::Guest),
        "cancel_host" => cancel(Party::Host),
        "expire" => BookingCommand::Expire { now },
        "complete" => BookingCommand::Complete { by: Party::System, now },
        unknown => panic!("no command {unknown}"),
    }
}

fn outcome(given: Vec<BookingEvent>, command: BookingCommand) -> String {
    let before = given.last().map(|_| crate::testing::replay::<Booking>(&given).status().unwrap());
    match TestFramework::<Booking>::with(()).given(given).when(command).inspect_result() {
        Ok(events) => {
            let types: Vec<_> = events.iter().map(DomainEvent::event_type).collect();
            types.join("+").replace("booking.", "")
        }
        Err(BookingError::InvalidTransition(named)) if Some(named) == before => "transition".to_owned(),
        Err(error) => match error {
            BookingError::NotFound => "not_found",
            BookingError::AlreadyExists => "exists",
            BookingError::RequestExpired => "too_late",
            BookingError::NotExpired => "too_early",
            BookingError::StayStarted => "started",
            BookingError::StayNotOver => "not_over",
            BookingError::InvalidTransition(BookingStatus::Completed) => "over",
            BookingError::InvalidTransition(_)
            | BookingError::NotBookable
            | BookingError::OwnPlace
            | BookingError::Unsuitable(_)
            | BookingError::NightsUnavailable => "unexpected",
        }
        .to_owned(),
    }
}
