//! Who may write until when, and what becomes of a review.

use jiff::ToSpan;

use super::*;
use crate::review::{Review, ReviewError, ReviewStage, window_end};
use crate::testing::replay;

fn submit(facts: NewReview) -> Result<Vec<ReviewEvent>, ReviewError> {
    Review::default().decide(ReviewCommand::Submit(facts))
}

fn after(events: &[ReviewEvent]) -> Review {
    replay(events)
}

fn public(subject: Subject) -> Vec<ReviewEvent> {
    vec![submitted(subject), published(subject, Occasion::BothIn, written_at())]
}

#[test]
fn guest_and_host_write_about_a_completed_stay() {
    for subject in [Subject::Place, Subject::Guest] {
        assert_eq!(submit(facts(subject)), Ok(vec![submitted(subject)]));
    }
}

#[test]
fn a_stay_that_is_not_completed_is_not_reviewed() {
    let facts = NewReview { completed_at: None, ..facts(Subject::Place) };
    assert_eq!(submit(facts), Err(ReviewError::StayNotCompleted));
}

#[test]
fn there_are_fourteen_days_to_write_and_not_an_instant_more() {
    assert_eq!(window_end(completed_at()), over_at());
    let at = |now| submit(NewReview { now, ..facts(Subject::Place) });
    assert!(at(over_at() - 1.nanosecond()).is_ok());
    assert_eq!(at(over_at()), Err(ReviewError::WindowOver));
    assert_eq!(at(over_at() + 1.hour()), Err(ReviewError::WindowOver));
}

#[test]
fn who_could_have_read_the_others_review_is_too_late_by_any_clock() {
    let facts = NewReview { counterpart: Counterpart::Published, ..facts(Subject::Guest) };
    assert_eq!(submit(facts), Err(ReviewError::WindowOver));
}

#[test]
fn the_second_review_is_taken_like_the_first() {
    let facts = NewReview { counterpart: Counterpart::Submitted, ..facts(Subject::Place) };
    assert_eq!(submit(facts), Ok(vec![submitted(Subject::Place)]));
}

#[test]
fn a_review_is_published_when_both_are_in() {
    let both_in = published(Subject::Place, Occasion::BothIn, written_at());
    for counterpart in [Counterpart::Submitted, Counterpart::Published] {
        let decided = after(&[submitted(Subject::Place)]).decide(publish(counterpart, written_at()));
        assert_eq!(decided, Ok(vec![both_in.clone()]));
    }
}

#[test]
fn a_review_alone_waits_for_the_end_of_the_window() {
    let review = after(&[submitted(Subject::Place)]);
    let early = review.decide(publish(Counterpart::Missing, over_at() - 1.nanosecond()));
    assert_eq!(early, Err(ReviewError::TooEarly));
    let over = published(Subject::Place, Occasion::WindowOver, over_at());
    assert_eq!(review.decide(publish(Counterpart::Missing, over_at())), Ok(vec![over]));
}

#[test]
fn a_job_that_comes_late_changes_nothing_of_what_was_decided() {
    let hidden = [public(Subject::Place), vec![hidden()]].concat();
    for events in [public(Subject::Place), hidden] {
        for counterpart in [Counterpart::Missing, Counterpart::Submitted, Counterpart::Published] {
            assert_eq!(after(&events).decide(publish(counterpart, over_at())), Ok(vec![]));
        }
    }
}

#[test]
fn of_an_erased_author_nothing_is_published() {
    let mut erased = submitted(Subject::Place);
    if let ReviewEvent::Submitted { rating, categories, text, .. } = &mut erased {
        (*rating, *categories, *text) = (None, None, None);
    }
    assert_eq!(after(&[erased]).decide(publish(Counterpart::Submitted, written_at())), Ok(vec![]));
}

#[test]
fn the_host_replies_once_to_what_is_public() {
    let review = after(&public(Subject::Place));
    assert_eq!(review.decide(reply()), Ok(vec![replied()]));
    let again = after(&[public(Subject::Place), vec![replied()]].concat());
    assert_eq!(again.decide(reply()), Err(ReviewError::AlreadyReplied));
    assert_eq!(after(&public(Subject::Guest)).decide(reply()), Err(ReviewError::NoReply));
}

#[test]
fn what_is_not_public_is_neither_replied_to_nor_hidden_as_if_it_were_not_there() {
    let unpublished = after(&[submitted(Subject::Place)]);
    assert_eq!(unpublished.decide(reply()), Err(ReviewError::NotFound));
    assert_eq!(unpublished.decide(hide()), Err(ReviewError::NotFound));
    let gone = after(&[public(Subject::Place), vec![hidden()]].concat());
    assert_eq!(gone.decide(reply()), Err(ReviewError::NotFound));
}

#[test]
fn a_review_is_hidden_once() {
    let review = after(&public(Subject::Guest));
    assert_eq!(review.decide(hide()), Ok(vec![hidden()]));
    let again = after(&[public(Subject::Guest), vec![hidden()]].concat());
    assert_eq!(again.decide(hide()), Ok(vec![]));
    assert_eq!(again.stage(), Some(ReviewStage::Hidden));
}

#[test]
fn a_stream_holds_one_review() {
    let twice = after(&[submitted(Subject::Place)]).decide(ReviewCommand::Submit(facts(Subject::Place)));
    assert_eq!(twice, Err(ReviewError::AlreadyExists));
    for command in [reply(), hide(), publish(Counterpart::Submitted, over_at())] {
        assert_eq!(Review::default().decide(command), Err(ReviewError::NotFound));
    }
}
