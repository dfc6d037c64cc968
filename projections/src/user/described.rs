//! A person with all that a public profile tells: remembered like places.

use std::sync::Arc;

use uuid::Uuid;

use super::profile::{PublicUserRow, find_public};
use crate::cache::Weighed;
use crate::review::{Rated, Rating, rating};
use crate::{ReadError, Views};

/// What anybody may see of a user, and what others say of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// The person.
    pub row: PublicUserRow,
    /// What hosts say of them.
    pub as_guest: Rating,
    /// What guests say of their places.
    pub as_host: Rating,
}

/// What anybody may see of an account, closed and suspended ones too, as new as the views are now: from this process's
/// memory where that is known to be so.
///
/// # Errors
/// [`ReadError`].
pub async fn described(views: &Views, user_id: Uuid) -> Result<Option<Arc<Described>>, ReadError> {
    match &views.cache {
        Some(cache) => cache.read(|cache| &cache.users, user_id, load(views, user_id)).await,
        None => Ok(load(views, user_id).await?.map(Arc::new)),
    }
}

async fn load(views: &Views, user_id: Uuid) -> Result<Option<Described>, ReadError> {
    let Some(row) = find_public(views, user_id).await? else { return Ok(None) };
    let as_guest = rating(views, Rated::Guest, user_id).await?;
    let as_host = rating(views, Rated::Host, user_id).await?;
    Ok(Some(Described { row, as_guest, as_host }))
}

impl Weighed for Described {
    fn weight(&self) -> u64 {
        let bytes = size_of::<Self>() + self.row.first_name.as_ref().map_or(0, String::len);
        bytes as u64 + self.as_guest.weight() + self.as_host.weight()
    }
}
