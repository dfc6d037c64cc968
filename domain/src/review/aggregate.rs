use cqrs_es::{Aggregate, event_sink::EventSink};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Categories, Counterpart, NewReview, Occasion, ReviewCommand, ReviewError, ReviewEvent, ReviewStage, Stars, Subject,
};
use crate::claim::{Claim, ClaimChange};
use crate::log::{Logged, PersonalData};

/// How long after a stay's completion its guest and its host may review it.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(14 * 24);

/// When the time to review a stay is over.
pub fn window_end(completed_at: Timestamp) -> Timestamp {
    completed_at.saturating_add(WINDOW).unwrap_or(Timestamp::MAX)
}

/// A review as far as decisions need it: the default is one that was never written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Review(Option<Written>);

/// A review that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Written {
    booking_id: Uuid,
    place_id: Uuid,
    guest_id: Uuid,
    host_id: Uuid,
    subject: Subject,
    /// `None` where its author was erased.
    rating: Option<Stars>,
    categories: Option<Categories>,
    window_end: Timestamp,
    stage: ReviewStage,
    replied: bool,
}

impl Review {
    /// Where it stands, if it was written.
    pub fn stage(&self) -> Option<ReviewStage> {
        self.0.as_ref().map(|written| written.stage)
    }

    /// Who wrote it, if somebody did.
    pub fn author_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(Written::author_id)
    }

    /// Whose place the stay was at, if it was written.
    pub fn host_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|written| written.host_id)
    }

    /// Who stayed, if it was written.
    pub fn guest_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|written| written.guest_id)
    }

    /// Of which stay, if it was written.
    pub fn booking_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|written| written.booking_id)
    }

    /// About whom or what, if it was written.
    pub fn subject(&self) -> Option<Subject> {
        self.0.as_ref().map(|written| written.subject)
    }

    /// What the other party of the same stay is to know of it when it decides.
    pub fn as_counterpart(&self) -> Counterpart {
        match self.stage() {
            None => Counterpart::Missing,
            Some(ReviewStage::Submitted) => Counterpart::Submitted,
            Some(ReviewStage::Published | ReviewStage::Hidden) => Counterpart::Published,
        }
    }

    /// The decision: pure, on this state and the command alone.
    ///
    /// # Errors
    /// See [`ReviewError`].
    pub fn decide(&self, command: ReviewCommand) -> Result<Vec<ReviewEvent>, ReviewError> {
        match (&self.0, command) {
            (Some(_), ReviewCommand::Submit(_)) => Err(ReviewError::AlreadyExists),
            (None, ReviewCommand::Submit(facts)) => submit(facts).map(|event| vec![event]),
            (None, _) => Err(ReviewError::NotFound),
            (Some(written), command) => written.decide(command),
        }
    }
}

fn submit(facts: NewReview) -> Result<ReviewEvent, ReviewError> {
    let completed_at = facts.completed_at.ok_or(ReviewError::StayNotCompleted)?;
    let window_end = window_end(completed_at);
    // Who could have read the other's is too late, whatever this clock says.
    if facts.now >= window_end || facts.counterpart == Counterpart::Published {
        return Err(ReviewError::WindowOver);
    }
    let misplaced = facts.opinion.out_of_place(facts.subject);
    if !misplaced.is_empty() {
        return Err(ReviewError::Unsuitable(misplaced));
    }
    let NewReview { review_id, booking_id, place_id, guest_id, host_id, subject, opinion, .. } = facts;
    Ok(ReviewEvent::Submitted {
        review_id,
        booking_id,
        place_id,
        guest_id,
        host_id,
        subject,
        rating: Some(opinion.rating),
        categories: Some(opinion.categories),
        text: opinion.text,
        window_end,
        at: facts.now,
    })
}

impl Written {
    fn author_id(&self) -> Uuid {
        self.subject.author(self.guest_id, self.host_id)
    }

    fn decide(&self, command: ReviewCommand) -> Result<Vec<ReviewEvent>, ReviewError> {
        use ReviewStage::{Hidden, Published, Submitted};
        match (self.stage, command) {
            (_, ReviewCommand::Submit(_)) => Err(ReviewError::AlreadyExists),
            (Submitted, ReviewCommand::Publish { counterpart, now }) => self.publish(counterpart, now),
            (Published | Hidden, ReviewCommand::Publish { .. }) => Ok(vec![]),
            // Nobody may learn of it, the host and the admins no more than others.
            (Submitted, ReviewCommand::Reply { .. } | ReviewCommand::Hide { .. }) => Err(ReviewError::NotFound),
            (Published, ReviewCommand::Reply { .. }) if self.subject == Subject::Guest => Err(ReviewError::NoReply),
            (Published, ReviewCommand::Reply { .. }) if self.replied => Err(ReviewError::AlreadyReplied),
            (Published, ReviewCommand::Reply { text, now }) => {
                Ok(vec![ReviewEvent::Replied { text: Some(text), at: now }])
            }
            (Published, ReviewCommand::Hide { by, reason, now }) => {
                Ok(vec![ReviewEvent::Hidden { by, reason: Some(reason), at: now }])
            }
            (Hidden, ReviewCommand::Reply { .. }) => Err(ReviewError::NotFound),
            (Hidden, ReviewCommand::Hide { .. }) => Ok(vec![]),
        }
    }

    fn publish(&self, counterpart: Counterpart, now: Timestamp) -> Result<Vec<ReviewEvent>, ReviewError> {
        let occasion = match counterpart {
            Counterpart::Submitted | Counterpart::Published => Occasion::BothIn,
            Counterpart::Missing if now >= self.window_end => Occasion::WindowOver,
            Counterpart::Missing => return Err(ReviewError::TooEarly),
        };
        // Of an author who was erased meanwhile nothing is left to publish.
        let Some(rating) = self.rating else { return Ok(vec![]) };
        Ok(vec![ReviewEvent::Published {
            booking_id: self.booking_id,
            place_id: self.place_id,
            author_id: self.author_id(),
            subject: self.subject,
            rating,
            categories: self.categories.clone().unwrap_or_default(),
            occasion,
            at: now,
        }])
    }
}

impl Aggregate for Review {
    const TYPE: &'static str = "review";
    type Command = ReviewCommand;
    type Event = ReviewEvent;
    type Error = ReviewError;
    type Services = ();

    async fn handle(&mut self, command: ReviewCommand, (): &(), sink: &EventSink<Self>) -> Result<(), ReviewError> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ReviewEvent) {
        match (&mut self.0, event) {
            (
                None,
                ReviewEvent::Submitted {
                    booking_id,
                    place_id,
                    guest_id,
                    host_id,
                    subject,
                    rating,
                    categories,
                    window_end,
                    ..
                },
            ) => {
                let stage = ReviewStage::Submitted;
                let written = Written {
                    booking_id,
                    place_id,
                    guest_id,
                    host_id,
                    subject,
                    rating,
                    categories,
                    window_end,
                    stage,
                    replied: false,
                };
                self.0 = Some(written);
            }
            (Some(written), ReviewEvent::Published { .. }) => written.stage = ReviewStage::Published,
            (Some(written), ReviewEvent::Replied { .. }) => written.replied = true,
            (Some(written), ReviewEvent::Hidden { .. }) => written.stage = ReviewStage::Hidden,
            // A stream begins with its submission, once: the appender lets nothing else be its first event.
            (Some(_), ReviewEvent::Submitted { .. })
            | (None, ReviewEvent::Published { .. } | ReviewEvent::Replied { .. } | ReviewEvent::Hidden { .. }) => {}
        }
    }
}

impl Logged for Review {
    fn claims(&self, event: &ReviewEvent) -> Vec<ClaimChange> {
        match event {
            ReviewEvent::Submitted { review_id, booking_id, guest_id, host_id, subject, .. } => {
                let author_id = subject.author(*guest_id, *host_id);
                let claim = Claim::Review { booking_id: *booking_id, author_id };
                vec![ClaimChange::Take { claim, holder: *review_id }]
            }
            ReviewEvent::Published { .. } | ReviewEvent::Replied { .. } | ReviewEvent::Hidden { .. } => vec![],
        }
    }

    fn personal_data(&self, event: &ReviewEvent) -> Option<PersonalData> {
        match event {
            ReviewEvent::Submitted { guest_id, host_id, subject, .. } => Some(PersonalData {
                subject: subject.author(*guest_id, *host_id),
                fields: &["rating", "categories", "text"],
            }),
            ReviewEvent::Published { .. } => None,
            ReviewEvent::Replied { .. } => self.host_id().map(|subject| PersonalData { subject, fields: &["text"] }),
            ReviewEvent::Hidden { .. } => self.author_id().map(|subject| PersonalData { subject, fields: &["reason"] }),
        }
    }

    fn claim_taken(_: &Claim) -> ReviewError {
        ReviewError::AlreadyReviewed
    }
}
