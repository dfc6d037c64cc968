//! Guest, host, timers and an admin in whatever order and however late: nobody reads a review before both are in or
//! the time is over, and everything that was written is published once.

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;
use crate::review::{Review, ReviewError, ReviewStage};
use crate::testing::replay;

/// What happens next, to which of the two reviews.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Its author writes.
    Write(Subject),
    /// A job finds what there is and publishes: the pair's, a timer, or one that is run a second time.
    Publish(Subject),
    /// A job that looked before and comes to its decision only now: it saw the other's review missing.
    PublishBlindly(Subject),
    /// An admin hides it.
    Hide(Subject),
}

/// The two streams of one stay.
#[derive(Debug, Default)]
struct Stay {
    of_place: Vec<ReviewEvent>,
    of_guest: Vec<ReviewEvent>,
}

fn other(subject: Subject) -> Subject {
    match subject {
        Subject::Place => Subject::Guest,
        Subject::Guest => Subject::Place,
    }
}

impl Stay {
    fn events(&self, subject: Subject) -> &[ReviewEvent] {
        match subject {
            Subject::Place => &self.of_place,
            Subject::Guest => &self.of_guest,
        }
    }

    fn state(&self, subject: Subject) -> Review {
        replay(self.events(subject))
    }

    /// Decides and records, as the appender does: one stream at a time, the other one as it stands then.
    fn act(&mut self, act: Act, now: Timestamp) -> Result<Vec<ReviewEvent>, ReviewError> {
        let counterpart = |subject| self.state(other(subject)).as_counterpart();
        let (subject, command) = match act {
            Act::Write(subject) => {
                let counterpart = counterpart(subject);
                (subject, ReviewCommand::Submit(NewReview { counterpart, now, ..facts(subject) }))
            }
            Act::Publish(subject) => (subject, publish(counterpart(subject), now)),
            Act::PublishBlindly(subject) => (subject, publish(Counterpart::Missing, now)),
            Act::Hide(subject) => (subject, ReviewCommand::Hide { by: Uuid::nil(), reason: text("Insult."), now }),
        };
        let decided = self.state(subject).decide(command)?;
        match subject {
            Subject::Place => self.of_place.extend(decided.clone()),
            Subject::Guest => self.of_guest.extend(decided.clone()),
        }
        Ok(decided)
    }

    fn is_written(&self, subject: Subject) -> bool {
        self.state(subject).stage().is_some()
    }

    fn publications(&self, subject: Subject) -> usize {
        self.events(subject).iter().filter(|event| matches!(event, ReviewEvent::Published { .. })).count()
    }
}

fn any_act() -> impl Strategy<Value = (Act, i64)> {
    let subject = || prop::sample::select(vec![Subject::Place, Subject::Guest]);
    let act = prop_oneof![
        3 => subject().prop_map(Act::Write),
        3 => subject().prop_map(Act::Publish),
        1 => subject().prop_map(Act::PublishBlindly),
        1 => subject().prop_map(Act::Hide),
    ];
    // Mostly at the same moment, now and then days later: some stays pass their window within a dozen acts.
    (act, prop_oneof![3 => Just(0), 2 => 1_i64..20, 1 => 24_i64..200])
}

/// What must hold of one decision, by the two streams as they stood before it.
fn check(before: &(bool, bool), act: Act, decided: &[ReviewEvent], now: Timestamp) {
    for event in decided {
        match event {
            ReviewEvent::Submitted { at, .. } => assert!(*at == now && now < over_at(), "{act:?} at {now}"),
            ReviewEvent::Published { at, .. } => {
                assert!(*before == (true, true) || now >= over_at(), "published before its time: {act:?} at {now}");
                assert_eq!(*at, now);
            }
            ReviewEvent::Hidden { .. } | ReviewEvent::Replied { .. } => {}
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_public_before_both_are_in_or_the_time_is_over(acts in prop::collection::vec(any_act(), 0..16)) {
        let (mut stay, mut now) = (Stay::default(), completed_at());
        for (act, hours) in acts {
            now += hours.hours();
            let before = (stay.is_written(Subject::Place), stay.is_written(Subject::Guest));
            let public = [Subject::Place, Subject::Guest].map(|subject| stay.publications(subject) > 0);
            let outcome = stay.act(act, now);
            check(&before, act, outcome.as_deref().unwrap_or_default(), now);
            if let (Act::Write(subject), Ok(_)) = (act, &outcome) {
                let others = usize::from(subject == Subject::Place);
                prop_assert!(!public[others], "nobody writes who could have read the other's");
            }
        }
        // In the end every timer has run, however late, and however often.
        now = now.max(over_at());
        for subject in [Subject::Place, Subject::Guest, Subject::Place, Subject::Guest] {
            let outcome = stay.act(Act::Publish(subject), now);
            prop_assert_eq!(outcome.is_err(), !stay.is_written(subject));
        }
        for subject in [Subject::Place, Subject::Guest] {
            prop_assert_eq!(stay.publications(subject), usize::from(stay.is_written(subject)));
            prop_assert_ne!(stay.state(subject).stage(), Some(ReviewStage::Submitted));
        }
    }
}

#[test]
fn two_that_write_at_the_same_moment_are_both_published_by_either_job() {
    // Neither saw the other: the appender put one after the other all the same, and each is followed by a job.
    let mut stay = Stay::default();
    for subject in [Subject::Place, Subject::Guest] {
        let alone = NewReview { counterpart: Counterpart::Missing, ..facts(subject) };
        let decided = Review::default().decide(ReviewCommand::Submit(alone)).unwrap();
        match subject {
            Subject::Place => stay.of_place = decided,
            Subject::Guest => stay.of_guest = decided,
        }
    }
    for _ in 0..2 {
        for subject in [Subject::Place, Subject::Guest] {
            stay.act(Act::Publish(subject), written_at()).unwrap();
        }
    }
    assert_eq!([Subject::Place, Subject::Guest].map(|subject| stay.publications(subject)), [1, 1]);
}

#[test]
fn a_hidden_review_still_counts_as_written_for_the_other() {
    let mut stay = Stay::default();
    for act in [Act::Write(Subject::Place), Act::Write(Subject::Guest), Act::Publish(Subject::Place)] {
        stay.act(act, written_at()).unwrap();
    }
    stay.act(Act::Hide(Subject::Place), written_at()).unwrap();
    let published = stay.act(Act::Publish(Subject::Guest), written_at()).unwrap();
    assert!(matches!(&published[..], [ReviewEvent::Published { occasion: Occasion::BothIn, .. }]));
}
