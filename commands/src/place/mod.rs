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
mod view;
mod withhold;

pub(crate) use access::is_public;
pub use archive::{archive, archive_of_closed_account};
pub use block::{BlockNights, block};
pub use change::{ChangePlace, PriceChange, change};
pub use create::{CreatePlace, PlaceDraft, create};
pub use import::{ImportListing, Imported, import};
pub use publish::publish;
pub use unblock::unblock;
pub use unpublish::unpublish;
pub use view::{Shown, keep_view, note_view, settle_views};
pub use withhold::{release, withhold};
