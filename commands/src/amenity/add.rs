//! An admin adds an amenity to the catalogue.

use domain::amenity::{AmenityCommand, AmenityName, NewAmenity};
use domain::place::AmenityCode;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;

/// What is added.
#[derive(Debug, Clone, PartialEq)]
pub struct AddAmenity {
    /// By which places will refer to it.
    pub code: AmenityCode,
    /// In English.
    pub name_en: AmenityName,
    /// In French.
    pub name_fr: AmenityName,
}

/// Adds an amenity. The append checks that no other has the code.
///
/// # Errors
/// `Forbidden` to all but admins, `Invalid` for a code that the catalogue has.
pub async fn add(commands: &Commands, context: &Context, wish: AddAmenity) -> Result<Done, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    let amenity_id = Uuid::now_v7();
    commands
        .run(context, || async {
            let AddAmenity { code, name_en, name_fr } = wish.clone();
            let (by, now) = (context.actor.id(), commands.now());
            let command = AmenityCommand::Add(NewAmenity { amenity_id, code, name_en, name_fr, by, now });
            let (store, stream) = (commands.ports().amenities.as_ref(), Stream::empty(amenity_id));
            commands.decide(store, context, stream, command).await
        })
        .await
}
