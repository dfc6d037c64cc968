//! Places, a file per verb.

mod access;
mod archive;
mod block;
mod change;
mod create;
mod import;
mod publish;
mod unblock;
mod unpublish;
mod withhold;

pub use archive::{archive, archive_of_closed_account};
pub use block::{BlockNights, block};
pub use change::{ChangePlace, PriceChange, change};
pub use create::{CreatePlace, PlaceDraft, create};
pub use import::{ImportListing, Imported, import};
pub use publish::publish;
pub use unblock::unblock;
pub use unpublish::unpublish;
pub use withhold::{release, withhold};
