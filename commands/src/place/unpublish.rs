//! A host hides a place from guests.

use domain::place::PlaceCommand;
use uuid::Uuid;

use super::access::own;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Takes a place off the list; its pending requests are declined, its confirmed stays kept.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place, `Place` where it is archived.
pub async fn unpublish(commands: &Commands, context: &Context, place_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let command = PlaceCommand::Unpublish { now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}
