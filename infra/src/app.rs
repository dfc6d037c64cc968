//! Wires the house. (Placeholder until the lead's lands.)

use axum::Router;
use sqlx::PgPool;

use crate::config::Config;
use crate::database::migrations::{self, SchemaError};
use crate::database::{Database, DatabaseError};
use crate::keys::{Keys, KeysError};

/// The wired house.
pub struct App {
    /// The API.
    pub router: Router,
    database: Database,
}

/// Why the house does not open.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// No database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// No schema.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// No keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl App {
    /// Opens the house.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn open(config: &Config) -> Result<Self, AppError> {
        let database = Database::open(config).await?;
        if database.is_embedded() {
            migrations::up(database.pool()).await?;
        } else {
            migrations::verify(database.pool()).await?;
        }
        Keys::load(config)?;
        Ok(Self { router: Router::new(), database })
    }

    /// The database, for the operator's own endpoints.
    pub fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// Closes the house.
    pub async fn close(self) {
        self.database.close().await;
    }
}
