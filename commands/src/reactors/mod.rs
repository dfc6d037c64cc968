//! Event in, jobs out: what shall happen later because something happened.
//!
//! A reactor is pure: it writes no stream and calls nobody. Its jobs are stored in the transaction that moves its
//! checkpoint, so each event is answered exactly once.

mod accounts;
mod booking_timers;
mod letters;
mod review_pairs;
mod review_timers;
mod withdrawn_places;

use domain::RecordedEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something to do at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Unique: `reactor:position`, or `verb:person:time` where a request asks for it. The same key twice is one job.
    pub key: String,
    /// Not before this.
    pub run_at: Timestamp,
    /// What to do.
    pub task: Task,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// A request has passed its deadline.
    ExpireRequest {
        /// The booking.
        booking_id: Uuid,
    },
    /// A stay is over.
    CompleteStay {
        /// The booking.
        booking_id: Uuid,
    },
    /// A place was withdrawn: its requests of before are declined.
    DeclineRequests {
        /// The place.
        place_id: Uuid,
        /// The place's version when it was withdrawn.
        withdrawn: u64,
    },
    /// A stay was reviewed: if both reviews are in, they are published.
    PublishPair {
        /// The booking.
        booking_id: Uuid,
    },
    /// The time to review a stay is over: a review that is alone is published.
    PublishReview {
        /// The review.
        review_id: Uuid,
    },
    /// An account was closed: its sessions end, its credentials and what it looked at are forgotten, its places archived.
    WindUpAccount {
        /// Whose.
        user_id: Uuid,
        /// Where the log recorded it.
        position: u64,
    },
    /// A password was changed: its hash is the good one, older sessions end.
    AdoptPassword {
        /// Whose.
        user_id: Uuid,
        /// Names the staged hash.
        change_id: Uuid,
        /// The session that goes on.
        kept_session: Option<Uuid>,
        /// The account's version after the change.
        version: u64,
        /// When.
        changed_at: Timestamp,
    },
    /// An account was suspended: the sessions that it had end.
    EndSessions {
        /// Whose.
        user_id: Uuid,
        /// When: later ones stay.
        opened_by: Timestamp,
    },
    /// Somebody is told something by mail. Address, language and token are found when it is sent.
    SendLetter {
        /// What.
        letter: Letter,
        /// Who.
        user_id: Uuid,
    },
}

/// What a person is told by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    /// There is an account with this address; is it theirs?
    Welcome,
    /// The same question again.
    VerifyEmail,
    /// How to choose a new password.
    ResetPassword,
    /// The password is another one now.
    PasswordChanged,
}

impl Task {
    /// The task's kind, as in its JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ExpireRequest { .. } => "expire_request",
            Self::CompleteStay { .. } => "complete_stay",
            Self::DeclineRequests { .. } => "decline_requests",
            Self::PublishPair { .. } => "publish_pair",
            Self::PublishReview { .. } => "publish_review",
            Self::WindUpAccount { .. } => "wind_up_account",
            Self::AdoptPassword { .. } => "adopt_password",
            Self::EndSessions { .. } => "end_sessions",
            Self::SendLetter { .. } => "send_letter",
        }
    }
}

impl Task {
    /// Whether it waits for somebody outside of the house, such as a mail server.
    pub fn calls_out(&self) -> bool {
        match self {
            Self::SendLetter { .. } => true,
            Self::ExpireRequest { .. }
            | Self::CompleteStay { .. }
            | Self::DeclineRequests { .. }
            | Self::PublishPair { .. }
            | Self::PublishReview { .. }
            | Self::WindUpAccount { .. }
            | Self::AdoptPassword { .. }
            | Self::EndSessions { .. } => false,
        }
    }
}

/// A named function from events to jobs.
#[derive(Debug, Clone, Copy)]
pub struct Reactor {
    /// The name of its checkpoint and the first part of its jobs' keys.
    pub name: &'static str,
    react: fn(&RecordedEvent) -> Option<(Timestamp, Task)>,
}

/// Every reactor of the house.
pub const REACTORS: &[Reactor] = &[
    Reactor { name: "booking-timers", react: booking_timers::react },
    Reactor { name: "withdrawn-places", react: withdrawn_places::react },
    Reactor { name: "review-pairs", react: review_pairs::react },
    Reactor { name: "review-timers", react: review_timers::react },
    Reactor { name: "accounts", react: accounts::react },
    Reactor { name: "letters", react: letters::react },
];

impl Reactor {
    /// The job that an event asks for.
    pub fn react(&self, event: &RecordedEvent) -> Option<NewJob> {
        let (run_at, task) = (self.react)(event)?;
        Some(NewJob { key: format!("{}:{}", self.name, event.position), run_at, task })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::Event;
    use domain::user::{PasswordProof, UserEvent};
    use serde_json::{Value, json};

    use super::*;

    const USER: Uuid = Uuid::from_u128(0xada);
    const CHANGE: Uuid = Uuid::from_u128(0xc);

    fn at() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    /// The jobs that an event at position 7, the account's third, asks for: key and payload.
    fn jobs(event: UserEvent) -> Vec<(String, Value)> {
        let (metadata, event) = (HashMap::new(), Event::User(event));
        let recorded =
            RecordedEvent { position: 7, recorded_at: at(), aggregate_id: USER, sequence: 3, metadata, event };
        let jobs = REACTORS.iter().filter_map(|reactor| reactor.react(&recorded));
        jobs.map(|job| (job.key, serde_json::to_value(&job.task).unwrap())).collect()
    }

    #[test]
    fn a_changed_password_is_adopted_and_told_of() {
        let (proof, kept_session) = (PasswordProof::Mail, None);
        let changed = UserEvent::PasswordChanged { change_id: CHANGE, proof, kept_session, at: at() };
        let adopt = json!({"kind": "adopt_password", "user_id": USER, "change_id": CHANGE, "kept_session": null,
            "version": 3, "changed_at": "1970-01-01T00:00:00Z"});
        let tell = json!({"kind": "send_letter", "letter": "password_changed", "user_id": USER});
        assert_eq!(jobs(changed), [("accounts:7".to_owned(), adopt), ("letters:7".to_owned(), tell)]);
    }

    #[test]
    fn whoever_registers_is_welcomed_by_a_job_that_knows_an_id_alone() {
        let email = Some(domain::Email::parse("ada@example.org").unwrap());
        let registered = UserEvent::Registered {
            user_id: USER,
            email,
            first_name: None,
            last_name: None,
            phone: None,
            locale: None,
            time_zone: None,
            at: at(),
        };
        let welcome = json!({"kind": "send_letter", "letter": "welcome", "user_id": USER});
        assert_eq!(jobs(registered), [("letters:7".to_owned(), welcome)]);
    }

    #[test]
    fn a_suspension_ends_the_sessions_of_before() {
        let suspended = UserEvent::Suspended { by: Uuid::nil(), reason: None, at: at() };
        let end = json!({"kind": "end_sessions", "user_id": USER, "opened_by": "1970-01-01T00:00:00Z"});
        assert_eq!(jobs(suspended), [("accounts:7".to_owned(), end)]);
        assert_eq!(jobs(UserEvent::EmailVerified { at: at() }), []);
    }
}
