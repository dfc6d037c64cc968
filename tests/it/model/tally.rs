//! Whether a run was worth its time: a generator that only ever hears "not found" would prove nothing.

use std::collections::BTreeMap;

use super::answer::{Answer, Refusal};
use super::player::Player;

/// How often each kind of answer must have been heard in ten thousand.
const AT_LEAST: [(&str, usize); 22] = [
    ("done", 3_000),
    ("again", 100),
    ("Unauthenticated", 20),
    ("NotFound", 100),
    ("Forbidden", 100),
    ("AnotherVersion", 100),
    ("KeyReused", 20),
    ("Invalid", 100),
    ("EmailTaken", 1),
    ("PlaceArchived", 5),
    ("NightLimits", 5),
    ("NightsBlocked", 100),
    ("OutsideCalendar", 10),
    ("NotBookable", 20),
    ("OwnPlace", 20),
    ("NightsUnavailable", 300),
    ("InvalidTransition", 100),
    ("RequestExpired", 20),
    ("StayStarted", 5),
    ("StayNotOver", 20),
    ("NotExpired", 20),
    ("imported before", 5),
];

/// An answer's kind, for counting.
pub(super) fn kind(answer: &Answer) -> String {
    match answer {
        Answer::Done { .. } => "done".to_owned(),
        Answer::Again { status: Some(_), .. } => "again".to_owned(),
        Answer::Again { status: None, .. } => "imported before".to_owned(),
        Answer::Refused(Refusal::InvalidTransition(_)) => "InvalidTransition".to_owned(),
        Answer::Refused(refusal) => format!("{refusal:?}").chars().take_while(char::is_ascii_alphabetic).collect(),
    }
}

/// How often each kind of answer was heard, which it prints, as it does of events.
pub(super) fn count(worlds: &[Player]) -> BTreeMap<String, usize> {
    let (mut answers, mut events) = (BTreeMap::new(), BTreeMap::new());
    for player in worlds {
        player.heard.iter().for_each(|answer| *answers.entry(kind(answer)).or_insert(0) += 1);
        let happened = player.world.histories().flat_map(|(_, history)| history);
        happened.for_each(|event| *events.entry(event.what).or_insert(0_usize) += 1);
    }
    println!("answers: {answers:?}\nevents: {events:?}");
    answers
}

/// Checks that every kind of answer was heard.
pub(super) fn check(answers: &BTreeMap<String, usize>) {
    let rare: Vec<_> =
        AT_LEAST.iter().filter(|(kind, wanted)| answers.get(*kind).copied().unwrap_or(0) < *wanted).collect();
    assert!(rare.is_empty(), "the generator hears these answers too rarely: {rare:?}");
}
