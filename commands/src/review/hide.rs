//! An admin takes a review away from the public.

use domain::review::ReviewCommand;
use domain::text::Note;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Hides a published review: it leaves lists and averages for good. One that is hidden stays so.
///
/// # Errors
/// `Forbidden` to all but admins, `NotFound` where there is no such review, or it is not published: until then nobody
/// but its author may know of it, admins included.
pub async fn hide(commands: &Commands, context: &Context, review_id: Uuid, reason: Note) -> Result<Done, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    commands
        .run(context, || async {
            let stream = commands.ports().reviews.load(review_id).await?;
            let (by, now) = (context.actor.id(), commands.now());
            let command = ReviewCommand::Hide { by, reason: reason.clone(), now };
            commands.decide(commands.ports().reviews.as_ref(), context, stream, command).await
        })
        .await
}
