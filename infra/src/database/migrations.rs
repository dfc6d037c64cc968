//! The schema's versions: reversible SQL files, built into the program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Postgres};

static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// How long another process's migrations are waited for.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a migration waits for a table.
const TABLE_PATIENCE: Duration = Duration::from_secs(30);

/// Why the schema is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database has no schema yet, or one of an older program.
    #[error("the database lacks {pending} migration(s): run `hbnb migrate up`, or serve with `--migrate`")]
    Behind {
        /// How many are to be applied.
        pending: usize,
    },
    /// The database has migrations that this program does not know.
    #[error("the database is at version {version}, made by a newer hbnb than this one: use that one")]
    Ahead {
        /// The highest version there.
        version: i64,
    },
    /// A migration was changed after it had been applied.
    #[error("migration {version} is not the one that the database was made with: use the hbnb that made it")]
    Changed {
        /// Which.
        version: i64,
    },
    /// Another process is migrating.
    #[error("another process has been migrating the database for too long: look at what it waits for, and try again")]
    Busy(#[source] MigrateError),
    /// A migration failed, or a downgrade was refused by the migration itself because it would lose something.
    #[error("migrating failed")]
    Migrate(#[from] MigrateError),
    /// The database cannot be asked.
    #[error("the state of migrations cannot be read")]
    Database(#[from] sqlx::Error),
}

/// A migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// What it brings.
    pub description: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// Every migration that this program knows.
///
/// # Errors
/// `Ahead`, `Changed` or `Database`.
pub async fn status(pool: &PgPool) -> Result<Vec<Step>, SchemaError> {
    let mut connection = pool.acquire().await?;
    let applied = applied(&mut connection).await?;
    let step = |migration: &Migration| Step {
        version: migration.version,
        description: migration.description.to_string(),
        applied: applied.contains(&migration.version),
    };
    Ok(known().map(step).collect())
}

/// Whether this program can serve on the database as it is.
///
/// # Errors
/// `Behind`, `Ahead`, `Changed` or `Database`.
pub async fn verify(pool: &PgPool) -> Result<(), SchemaError> {
    let pending = status(pool).await?.iter().filter(|step| !step.applied).count();
    if pending == 0 { Ok(()) } else { Err(SchemaError::Behind { pending }) }
}

/// Applies what is missing, each migration in a transaction of its own; of several processes one does it and the
/// others wait. Returns how many were applied.
///
/// # Errors
/// `Ahead`, `Changed`, `Busy`, `Migrate` or `Database`.
pub async fn up(pool: &PgPool) -> Result<usize, SchemaError> {
    up_within(pool, PATIENCE).await
}

/// The same, but another process's migrations are waited for no longer than `patience`.
pub(super) async fn up_within(pool: &PgPool, patience: Duration) -> Result<usize, SchemaError> {
    let mut connection = alone(pool, patience).await?;
    let before = applied(&mut connection).await?.len();
    let outcome = MIGRATOR.run_direct(&mut *connection).await;
    let mut connection = finish(connection, outcome).await?;
    Ok(applied(&mut connection).await?.len() - before)
}

/// Takes the newest `steps` migrations back, newest first, all of them or none. Returns the versions taken back.
///
/// # Errors
/// `Ahead`, `Changed`, `Busy`, `Database`, or `Migrate` where a migration cannot be taken back without losing history.
pub async fn down(pool: &PgPool, steps: usize) -> Result<Vec<i64>, SchemaError> {
    let mut connection = alone(pool, PATIENCE).await?;
    let applied = applied(&mut connection).await?;
    let kept = applied.len().saturating_sub(steps);
    let target = kept.checked_sub(1).and_then(|newest| applied.iter().nth(newest)).copied().unwrap_or(0);
    let outcome = undo_whole(&mut connection, target).await;
    finish(connection, outcome).await?;
    Ok(applied.into_iter().skip(kept).rev().collect())
}

fn known() -> impl Iterator<Item = &'static Migration> {
    MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration())
}

/// The applied versions; an error if this program does not know one of them as it is. Only reads: a database without
/// the table of migrations has none.
async fn applied(connection: &mut PoolConnection<Postgres>) -> Result<BTreeSet<i64>, SchemaError> {
    let has_table = "select to_regclass('_sqlx_migrations') is not null";
    if !sqlx::query_scalar(has_table).fetch_one(&mut **connection).await? {
        return Ok(BTreeSet::new());
    }
    let known: BTreeMap<i64, &Migration> = known().map(|migration| (migration.version, migration)).collect();
    let applied = connection.list_applied_migrations().await?;
    for found in &applied {
        let migration = known.get(&found.version).ok_or(SchemaError::Ahead { version: found.version })?;
        if migration.checksum != found.checksum {
            return Err(SchemaError::Changed { version: found.version });
        }
    }
    Ok(applied.into_iter().map(|found| found.version).collect())
}

/// A connection that has sqlx's lock on migrations, and on which a statement may take long: building an index on a big
/// table does. But none may wait long for a table: whoever comes after it would wait behind it.
async fn alone(pool: &PgPool, patience: Duration) -> Result<PoolConnection<Postgres>, SchemaError> {
    let mut connection = pool.acquire().await?;
    let wait = format!("set statement_timeout = 0; set lock_timeout = {}", patience.as_millis());
    connection.execute(wait.as_str()).await?;
    // The lock counts how often its session has taken it: sqlx takes it once more, and gives that back.
    if let Err(error) = connection.lock().await {
        connection.close().await?;
        return Err(SchemaError::Busy(error));
    }
    connection.execute(format!("set lock_timeout = {}", TABLE_PATIENCE.as_millis()).as_str()).await?;
    Ok(connection)
}

/// One transaction around those of the single migrations, so that a refusal takes nothing back.
async fn undo_whole(connection: &mut PgConnection, target: i64) -> Result<(), MigrateError> {
    let mut transaction = connection.begin().await?;
    MIGRATOR.undo(&mut *transaction, target).await?;
    transaction.commit().await?;
    Ok(())
}

/// Sets the limits again and gives sqlx's lock back. After a failure the connection is closed instead: how often sqlx has
/// taken the lock by then is its secret.
async fn finish(
    mut connection: PoolConnection<Postgres>,
    outcome: Result<(), MigrateError>,
) -> Result<PoolConnection<Postgres>, SchemaError> {
    if let Err(error) = outcome {
        // Closing does not wait for the server to notice: whoever tries again at once must not meet the lock.
        if let Err(lost) = connection.execute("select pg_advisory_unlock_all()").await {
            tracing::debug!(error = %lost, "the lock on migrations ends with its connection");
        }
        connection.close().await?;
        return Err(error.into());
    }
    connection.unlock().await?;
    connection.execute("reset statement_timeout; reset lock_timeout").await?;
    Ok(connection)
}
