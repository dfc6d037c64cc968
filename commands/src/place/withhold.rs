//! An admin takes a place off the list, or lets its host list it again.

use domain::place::PlaceCommand;
use domain::text::Note;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Takes a place off the list and keeps it off, whatever its host does; its pending requests are declined, its confirmed
/// stays kept. One that is kept off already stays so.
///
/// # Errors
/// `Forbidden` to all but admins, `NotFound` where there is no such place, `Place` where it is archived.
pub async fn withhold(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    reason: Note,
) -> Result<Done, CommandError> {
    moderate(commands, context, place_id, |by, now| PlaceCommand::Withhold { by, reason: reason.clone(), now }).await
}

/// Lets a place's host list it again; it stays unlisted until then. One that nobody keeps off the list stays as it is.
///
/// # Errors
/// As [`withhold`].
pub async fn release(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    reason: Note,
) -> Result<Done, CommandError> {
    moderate(commands, context, place_id, |by, now| PlaceCommand::Release { by, reason: reason.clone(), now }).await
}

async fn moderate(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    command: impl Fn(Uuid, jiff::Timestamp) -> PlaceCommand,
) -> Result<Done, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    commands
        .run(context, || async {
            let stream = commands.ports().places.load(place_id).await?;
            let command = command(context.actor.id(), commands.now());
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}
