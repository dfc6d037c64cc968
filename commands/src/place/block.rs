//! A host keeps nights of a place to itself.

use domain::Nights;
use domain::place::PlaceCommand;
use domain::text::Note;
use uuid::Uuid;

use super::access::own;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Which nights, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockNights {
    /// The new block's id, made by the caller so that it can be named in the answer.
    pub block_id: Uuid,
    /// Which nights.
    pub nights: Nights,
    /// For the host alone.
    pub reason: Option<Note>,
}

/// Blocks nights that no booking and no other block holds. The resource of the answer is the block.
///
/// # Errors
/// `NotFound` or `Forbidden` for another's place, `Place` where a night is taken or outside the calendar.
pub async fn block(
    commands: &Commands,
    context: &Context,
    place_id: Uuid,
    wish: BlockNights,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = own(commands, &context.actor, place_id).await?;
            let BlockNights { block_id, nights, reason } = wish.clone();
            let command = PlaceCommand::Block { block_id, nights, reason, now: commands.now() };
            commands.decide_about(commands.ports().places.as_ref(), context, stream, command, block_id).await
        })
        .await
}
