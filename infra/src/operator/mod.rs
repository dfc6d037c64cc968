//! The operator's way in: whoever runs the program may do everything, without signing in.
//!
//! Commands are calls of the same HTTP API. While a server has the embedded data open, they go to it through a socket
//! in the data folder, which only the same user may enter; otherwise they are answered within the command's own
//! process. No header and no port leads here.

mod local_api;
mod migrations;
mod socket;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::Extension;

pub use local_api::{CallError, LocalApi};
pub use migrations::{MIGRATIONS, MIGRATIONS_UP};
pub use socket::{OwnersListener, SocketError, SocketFile};

/// The API as the operator sees it: every request acts as the system, and the migrations are there for it alone.
pub fn router(api: Router, pool: sqlx::PgPool) -> Router {
    api.merge(migrations::routes(pool)).layer(Extension(api::LocalOperator))
}
