//! A user changes the own profile.

use domain::Patch;
use domain::user::{Preferences, ProfileChanges, UserCommand};

use crate::amenity::check_known;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Changes the actor's profile; what stays the same is no change.
///
/// # Errors
/// `Unauthenticated` without a user, `NotFound` where the account is closed, `Invalid` where an amenity is wished for that
/// the catalogue does not have.
pub async fn change_profile(
    commands: &Commands,
    context: &Context,
    changes: ProfileChanges,
) -> Result<Done, CommandError> {
    let user_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    commands
        .run(context, || async {
            check_wishes(commands, &changes).await?;
            let stream = commands.ports().users.load(user_id).await?;
            let command = UserCommand::ChangeProfile { changes: changes.clone(), now: commands.now() };
            commands.decide(commands.ports().users.as_ref(), context, stream, command).await
        })
        .await
}

async fn check_wishes(commands: &Commands, changes: &ProfileChanges) -> Result<(), CommandError> {
    let Patch::Set(preferences) = &changes.preferences else { return Ok(()) };
    let field = format!("preferences.{}", Preferences::AMENITIES);
    check_known(commands, &preferences.wishes().amenities, &field).await
}
