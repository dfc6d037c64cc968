//! A listing of an outside source becomes a place.

use domain::place::{NewPlace, PlaceCommand, PlaceError};
use domain::text::Name;
use uuid::Uuid;

use super::create::PlaceDraft;
use crate::amenity::keep_known;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;
use crate::user::{ImportHost, import as import_host};

/// A record of a source, its values checked.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportListing {
    /// The source's name, such as `airbnb`.
    pub source: String,
    /// The listing's id there.
    pub listing_id: String,
    /// The host's id there.
    pub host_id: String,
    /// The host's name as shown there.
    pub host_name: Option<Name>,
    /// What the source says of the place.
    pub place: PlaceDraft,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// A new place, listed.
    Created(Done),
    /// It was imported before: nothing changed.
    Exists {
        /// The place that it became then.
        place_id: Uuid,
    },
}

/// Imports a listing and, at its first one, its host. A repeat changes nothing. Amenities that the catalogue does not
/// have are left out.
///
/// # Errors
/// `Forbidden` to all but admins, `Place` where the record's limits contradict each other.
pub async fn import(commands: &Commands, context: &Context, record: ImportListing) -> Result<Imported, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    // The claims on the records make a repeat harmless, not a key.
    let context = &context.without_idempotency();
    let source = format!("{}-listing", record.source);
    if let Some(place_id) = commands.ports().directory.imported(&source, &record.listing_id).await? {
        return Ok(Imported::Exists { place_id });
    }
    let host = ImportHost { source: record.source, host_id: record.host_id, name: record.host_name };
    let owner_id = import_host(commands, context, host).await?;
    let place_id = Uuid::now_v7();
    let mut details = record.place.complete(commands);
    keep_known(commands, &mut details.amenities).await?;
    let outcome = commands
        .run(context, || async {
            let import = Some((source.clone(), record.listing_id.clone()));
            let (details, now) = (details.clone(), commands.now());
            let facts = NewPlace { place_id, owner_id, draft: false, details, import, now };
            let (store, stream) = (commands.ports().places.as_ref(), Stream::empty(place_id));
            commands.decide(store, context, stream, PlaceCommand::Create(facts)).await
        })
        .await;
    match outcome {
        Ok(done) => Ok(Imported::Created(done)),
        // Another import of the same file was faster.
        Err(CommandError::Place(PlaceError::AlreadyImported)) => {
            let place_id = commands.ports().directory.imported(&source, &record.listing_id).await?;
            Ok(Imported::Exists { place_id: place_id.ok_or(CommandError::ConcurrentChange)? })
        }
        Err(error) => Err(error),
    }
}
