use cqrs_es::{Aggregate, event_sink::EventSink};
use serde::{Deserialize, Serialize};

use super::{AmenityCommand, AmenityError, AmenityEvent, NewAmenity, standard};
use crate::claim::{Claim, ClaimChange};
use crate::log::{Logged, PersonalData};
use crate::place::AmenityCode;

/// An amenity that was added to the standard ones: the default is one that was not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Amenity(Option<AmenityCode>);

impl Amenity {
    /// Its code, if it was added.
    pub fn code(&self) -> Option<&AmenityCode> {
        self.0.as_ref()
    }

    /// The decision: pure, on this state and the command alone.
    ///
    /// # Errors
    /// See [`AmenityError`].
    pub fn decide(&self, command: AmenityCommand) -> Result<Vec<AmenityEvent>, AmenityError> {
        let AmenityCommand::Add(NewAmenity { amenity_id, code, name_en, name_fr, by, now }) = command;
        if self.0.is_some() {
            return Err(AmenityError::AlreadyExists);
        }
        if standard(&code).is_some() {
            return Err(AmenityError::CodeTaken);
        }
        Ok(vec![AmenityEvent::Added { amenity_id, code, name_en, name_fr, by, at: now }])
    }
}

impl Aggregate for Amenity {
    const TYPE: &'static str = "amenity";
    type Command = AmenityCommand;
    type Event = AmenityEvent;
    type Error = AmenityError;
    type Services = ();

    async fn handle(&mut self, command: AmenityCommand, (): &(), sink: &EventSink<Self>) -> Result<(), AmenityError> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AmenityEvent) {
        let AmenityEvent::Added { code, .. } = event;
        self.0 = Some(code);
    }
}

impl Logged for Amenity {
    fn claims(&self, event: &AmenityEvent) -> Vec<ClaimChange> {
        let AmenityEvent::Added { amenity_id, code, .. } = event;
        vec![ClaimChange::Take { claim: Claim::Amenity(code.clone()), holder: *amenity_id }]
    }

    fn personal_data(&self, event: &AmenityEvent) -> Option<PersonalData> {
        match event {
            AmenityEvent::Added { .. } => None,
        }
    }

    fn claim_taken(_: &Claim) -> AmenityError {
        AmenityError::CodeTaken
    }
}
