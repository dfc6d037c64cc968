//! Somebody looks at a place. Nothing of it is in the log.

use uuid::Uuid;

use crate::actor::Actor;
use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::viewed_places::PlaceView;

/// A place that somebody is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The place.
    pub place_id: Uuid,
    /// Its host, whose own looks do not count.
    pub host_id: Uuid,
}

/// Remembers soon that the actor was shown a place. Whoever reads is neither held up by it nor told if it is lost.
pub fn note_view(commands: &Commands, actor: &Actor, shown: Shown) {
    if let Some(view) = view(commands, actor, shown) {
        commands.ports().viewed_places.note(view);
    }
}

/// Remembers that the actor was shown a place, before it returns.
///
/// # Errors
/// `Unavailable`.
pub async fn keep_view(commands: &Commands, actor: &Actor, shown: Shown) -> Result<(), CommandError> {
    match view(commands, actor, shown) {
        Some(view) => Ok(commands.ports().viewed_places.keep(view).await?),
        None => Ok(()),
    }
}

/// Waits a moment for what was noted, so that people do not find again what they have just looked at.
pub async fn settle_views(commands: &Commands) {
    commands.ports().viewed_places.settle().await;
}

/// Only people leave views, and of places that are not their own.
fn view(commands: &Commands, actor: &Actor, shown: Shown) -> Option<PlaceView> {
    let user_id = actor.user_id().filter(|user_id| *user_id != shown.host_id)?;
    Some(PlaceView::new(user_id, shown.place_id, commands.now()))
}
