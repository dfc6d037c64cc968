//! A host ends a place.

use domain::place::PlaceCommand;
use uuid::Uuid;

use super::access::own;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Archives a place for good; its pending requests are declined, its confirmed stays kept.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place. An archived one stays as it is: that is no error.
pub async fn archive(commands: &Commands, context: &Context, place_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let command = PlaceCommand::Archive { now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}

/// Archives a place whose host has closed the account. For the job alone.
///
/// # Errors
/// `NotFound` where there is no such place.
pub async fn archive_of_closed_account(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = commands.ports().places.load(place_id).await?;
            let command = PlaceCommand::Archive { now: commands.now() };
            commands.decide(commands.ports().places.as_ref(), context, stream, command).await
        })
        .await
}
