use cqrs_es::{Aggregate, event_sink::EventSink};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BookingCommand, BookingError, BookingEvent, BookingRequest, BookingStatus, Offer, Party};
use crate::claim::{Claim, ClaimChange};
use crate::log::{Logged, PersonalData};
use crate::text::Note;

/// A booking as far as decisions need it: the default is one that was never requested.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Booking(Option<Stay>);

/// A booking that was requested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stay {
    id: Uuid,
    guest_id: Uuid,
    offer: Offer,
    place_version: u64,
    status: BookingStatus,
    #[serde(default)]
    completed_at: Option<Timestamp>,
}

impl Booking {
    /// Where it stands, if it was requested.
    pub fn status(&self) -> Option<BookingStatus> {
        self.0.as_ref().map(|stay| stay.status)
    }

    /// Who asked for it, if it was requested.
    pub fn guest_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|stay| stay.guest_id)
    }

    /// Its frozen terms, if it was requested.
    pub fn offer(&self) -> Option<&Offer> {
        self.0.as_ref().map(|stay| &stay.offer)
    }

    /// The version of the place whose terms were frozen, if it was requested: a later event of the place came after
    /// the request in the log.
    pub fn place_version(&self) -> Option<u64> {
        self.0.as_ref().map(|stay| stay.place_version)
    }

    /// When the stay was completed, if it was.
    pub fn completed_at(&self) -> Option<Timestamp> {
        self.0.as_ref().and_then(|stay| stay.completed_at)
    }

    /// What `user_id` is to it.
    pub fn party(&self, user_id: Uuid) -> Option<Party> {
        let stay = self.0.as_ref()?;
        match user_id {
            id if id == stay.guest_id => Some(Party::Guest),
            id if id == stay.offer.host_id => Some(Party::Host),
            _ => None,
        }
    }

    /// The decision: pure, on this state and the command alone.
    ///
    /// # Errors
    /// See [`BookingError`].
    pub fn decide(&self, command: BookingCommand) -> Result<Vec<BookingEvent>, BookingError> {
        match (&self.0, command) {
            (Some(_), BookingCommand::Request(_)) => Err(BookingError::AlreadyExists),
            (None, BookingCommand::Request(facts)) => request(facts),
            (None, _) => Err(BookingError::NotFound),
            (Some(stay), command) => stay.decide(command).map(|event| vec![event]),
        }
    }
}

fn request(facts: BookingRequest) -> Result<Vec<BookingEvent>, BookingError> {
    let BookingRequest { booking_id, guest_id, offer, place_version, message, now } = facts;
    if guest_id == offer.host_id {
        return Err(BookingError::OwnPlace);
    }
    let (instant, check_out_at) = (offer.instant, offer.check_out_at);
    let mut events = vec![BookingEvent::Requested { booking_id, guest_id, offer, place_version, message, at: now }];
    if instant {
        events.push(BookingEvent::Confirmed { by: Party::System, check_out_at, at: now });
    }
    Ok(events)
}

impl Stay {
    fn decide(&self, command: BookingCommand) -> Result<BookingEvent, BookingError> {
        use BookingStatus::{Confirmed, Pending};
        match (self.status, command) {
            (_, BookingCommand::Request(_)) => Err(BookingError::AlreadyExists),
            (Pending, BookingCommand::Confirm { now }) => {
                self.answerable(now)?;
                Ok(BookingEvent::Confirmed { by: Party::Host, check_out_at: self.offer.check_out_at, at: now })
            }
            (Pending, BookingCommand::Decline { by, reason, now }) => {
                self.answerable(now)?;
                Ok(BookingEvent::Declined { by, reason, at: now })
            }
            (Pending | Confirmed, BookingCommand::Cancel { by, reason, now }) => self.cancel(by, reason, now),
            (Pending, BookingCommand::Expire { now }) if now < self.offer.expires_at => Err(BookingError::NotExpired),
            (Pending, BookingCommand::Expire { now }) => Ok(BookingEvent::Expired { at: now }),
            (Confirmed, BookingCommand::Complete { by, now }) => self.complete(by, now),
            (status, _) => Err(BookingError::InvalidTransition(status)),
        }
    }

    /// A request is over at its deadline, even when its timer is late.
    fn answerable(&self, now: Timestamp) -> Result<(), BookingError> {
        if now < self.offer.expires_at { Ok(()) } else { Err(BookingError::RequestExpired) }
    }

    fn cancel(&self, by: Party, reason: Option<Note>, now: Timestamp) -> Result<BookingEvent, BookingError> {
        if self.status == BookingStatus::Pending {
            self.answerable(now)?;
        }
        if by == Party::Guest && now >= self.offer.check_in_at {
            return Err(BookingError::StayStarted);
        }
        if now >= self.offer.check_out_at {
            return Err(BookingError::InvalidTransition(BookingStatus::Completed));
        }
        Ok(BookingEvent::Cancelled { by, reason, at: now })
    }

    fn complete(&self, by: Party, now: Timestamp) -> Result<BookingEvent, BookingError> {
        if now < self.offer.check_out_at {
            return Err(BookingError::StayNotOver);
        }
        Ok(BookingEvent::Completed { by, at: now })
    }

    fn nights(&self) -> impl Iterator<Item = Claim> {
        nights(&self.offer)
    }

    /// Whose key seals what `party` wrote.
    fn writer(&self, party: Party) -> Option<Uuid> {
        match party {
            Party::Guest => Some(self.guest_id),
            Party::Host => Some(self.offer.host_id),
            Party::System => None,
        }
    }
}

fn nights(offer: &Offer) -> impl Iterator<Item = Claim> {
    let place_id = offer.place_id;
    offer.nights.iter().map(move |night| Claim::Night { place_id, night })
}

impl Aggregate for Booking {
    const TYPE: &'static str = "booking";
    type Command = BookingCommand;
    type Event = BookingEvent;
    type Error = BookingError;
    type Services = ();

    async fn handle(&mut self, command: BookingCommand, (): &(), sink: &EventSink<Self>) -> Result<(), BookingError> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: BookingEvent) {
        let status = match event {
            BookingEvent::Requested { booking_id: id, guest_id, offer, place_version, message: _, at: _ } => {
                let status = BookingStatus::Pending;
                self.0 = Some(Stay { id, guest_id, offer, place_version, status, completed_at: None });
                return;
            }
            BookingEvent::Confirmed { .. } => BookingStatus::Confirmed,
            BookingEvent::Declined { .. } => BookingStatus::Declined,
            BookingEvent::Cancelled { .. } => BookingStatus::Cancelled,
            BookingEvent::Expired { .. } => BookingStatus::Expired,
            BookingEvent::Completed { by: _, at } => {
                if let Some(stay) = &mut self.0 {
                    stay.completed_at = Some(at);
                }
                BookingStatus::Completed
            }
        };
        if let Some(stay) = &mut self.0 {
            stay.status = status;
        }
    }
}

impl Logged for Booking {
    fn claims(&self, event: &BookingEvent) -> Vec<ClaimChange> {
        match (event, &self.0) {
            (BookingEvent::Requested { booking_id, offer, .. }, _) => {
                nights(offer).map(|claim| ClaimChange::Take { claim, holder: *booking_id }).collect()
            }
            (
                BookingEvent::Declined { .. } | BookingEvent::Cancelled { .. } | BookingEvent::Expired { .. },
                Some(stay),
            ) => stay.nights().map(|claim| ClaimChange::Release { claim, holder: stay.id }).collect(),
            (
                BookingEvent::Declined { .. }
                | BookingEvent::Cancelled { .. }
                | BookingEvent::Expired { .. }
                | BookingEvent::Confirmed { .. }
                | BookingEvent::Completed { .. },
                _,
            ) => vec![],
        }
    }

    fn personal_data(&self, event: &BookingEvent) -> Option<PersonalData> {
        match event {
            BookingEvent::Requested { guest_id, .. } => Some(PersonalData { subject: *guest_id, fields: &["message"] }),
            BookingEvent::Declined { by, .. } | BookingEvent::Cancelled { by, .. } => {
                let subject = self.0.as_ref()?.writer(*by)?;
                Some(PersonalData { subject, fields: &["reason"] })
            }
            BookingEvent::Confirmed { .. } | BookingEvent::Expired { .. } | BookingEvent::Completed { .. } => None,
        }
    }

    fn claim_taken(_: &Claim) -> BookingError {
        BookingError::NightsUnavailable
    }
}
