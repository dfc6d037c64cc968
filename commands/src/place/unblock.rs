//! A host gives blocked nights back.

use domain::place::PlaceCommand;
use uuid::Uuid;

use super::access::own;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Removes a block. The resource of the answer is the place.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place, `NotFound` for an unknown block.
pub async fn unblock(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    block_id: Uuid,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let command = PlaceCommand::Unblock { block_id, now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}
