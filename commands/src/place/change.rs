//! A host changes what it says of a place.

use domain::place::{PlaceChanges, PlaceCommand};
use uuid::Uuid;

use super::access::own;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Changes a place's details; what stays the same is no change.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place, `Place` where it is archived or its limits contradict each other.
pub async fn change(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    changes: PlaceChanges,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let command = PlaceCommand::Change { changes: changes.clone(), now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}
