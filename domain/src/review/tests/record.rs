//! What a review claims, and whose words it holds.

use super::*;
use crate::claim::{Claim, ClaimChange};
use crate::log::{Logged, PersonalData};
use crate::review::{Review, ReviewError};
use crate::testing::replay;

fn sealed_for(subject: Subject, event: &ReviewEvent) -> Option<PersonalData> {
    let events = [submitted(subject), published(subject, Occasion::BothIn, written_at())];
    replay::<Review>(&events).personal_data(event)
}

#[test]
fn an_author_reviews_a_stay_once() {
    for (subject, author_id) in [(Subject::Place, GUEST), (Subject::Guest, HOST)] {
        let claim = Claim::Review { booking_id: BOOKING, author_id };
        let take = ClaimChange::Take { claim: claim.clone(), holder: REVIEW };
        assert_eq!(Review::default().claims(&submitted(subject)), [take]);
        assert_eq!(Review::claim_taken(&claim), ReviewError::AlreadyReviewed);
    }
}

#[test]
fn the_claim_is_kept_for_good() {
    let review: Review = replay(&[submitted(Subject::Place)]);
    for event in [published(Subject::Place, Occasion::BothIn, written_at()), replied(), hidden()] {
        assert_eq!(review.claims(&event), []);
    }
}

#[test]
fn what_the_author_says_is_the_authors_ratings_too() {
    let sealed = |subject| Review::default().personal_data(&submitted(subject));
    let of = |subject| Some(PersonalData { subject, fields: &["rating", "categories", "text"] });
    assert_eq!(sealed(Subject::Place), of(GUEST));
    assert_eq!(sealed(Subject::Guest), of(HOST));
}

#[test]
fn a_reply_is_the_hosts_and_the_reason_for_hiding_is_about_the_author() {
    let reply = Some(PersonalData { subject: HOST, fields: &["text"] });
    assert_eq!(sealed_for(Subject::Place, &replied()), reply);
    let reason = |subject| Some(PersonalData { subject, fields: &["reason"] });
    assert_eq!(sealed_for(Subject::Place, &hidden()), reason(GUEST));
    assert_eq!(sealed_for(Subject::Guest, &hidden()), reason(HOST));
}

#[test]
fn what_is_public_is_figures_alone() {
    let event = published(Subject::Place, Occasion::BothIn, written_at());
    assert_eq!(sealed_for(Subject::Place, &event), None);
}
