//! The administrator whom the configuration names.

use std::time::Duration;

use commands::ports::password::Password;
use commands::user::{Register, grant_role, register};
use commands::{Actor, CommandError, Commands, Context};
use domain::Invalid;
use domain::text::{Name, Note};
use domain::user::{Role, UserError};
use tokio::time::Instant;
use uuid::Uuid;

use crate::config::AdminAccount;

/// How long another process that has made the account may take to grant it its role.
const BETWEEN_ACCOUNT_AND_ROLE: Duration = Duration::from_secs(5);
/// How often to look whether it has.
const RECHECK: Duration = Duration::from_millis(50);

/// Why there is no administrator.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The password is not one that an account may have; the configuration has been checked, so this is not met.
    #[error("HBNB_ADMIN_PASSWORD {0}")]
    Password(#[source] Invalid),
    /// The account could not be made, or not be granted the role.
    #[error("the account of HBNB_ADMIN_EMAIL could not be made")]
    Command(#[source] CommandError),
    /// Somebody else has the address, which is not repeated here: errors are logged.
    #[error(
        "HBNB_ADMIN_EMAIL is the address of an account that is no administrator: if it is yours, make it one with \
         `hbnb users grant <the address> admin --reason <why>`; otherwise set another address"
    )]
    NotAdmin,
}

/// Makes the account, as an administrator, if nobody has its address. Run at every start: a repeat changes nothing.
///
/// Addresses are not verified: whoever registered this one first is not made an administrator by a setting.
pub(crate) async fn ensure(commands: &Commands, account: Option<&AdminAccount>) -> Result<(), AdminError> {
    let Some(account) = account else { return Ok(()) };
    let Some(user_id) = holder(commands, account).await? else {
        return make(commands, account).await;
    };
    let deadline = Instant::now() + BETWEEN_ACCOUNT_AND_ROLE;
    while !is_admin(commands, user_id).await? {
        if Instant::now() >= deadline {
            return Err(AdminError::NotAdmin);
        }
        tokio::time::sleep(RECHECK).await;
    }
    Ok(())
}

async fn holder(commands: &Commands, account: &AdminAccount) -> Result<Option<Uuid>, AdminError> {
    let holder = commands.ports().accounts.by_email(&account.email).await;
    holder.map_err(|error| AdminError::Command(error.into()))
}

/// By the log itself: views may be behind.
async fn is_admin(commands: &Commands, user_id: Uuid) -> Result<bool, AdminError> {
    let user = commands.ports().users.load(user_id).await.map_err(|error| AdminError::Command(error.into()))?;
    Ok(user.aggregate.roles().contains(&Role::Admin))
}

async fn make(commands: &Commands, account: &AdminAccount) -> Result<(), AdminError> {
    let context = Context { actor: Actor::System, request_id: "start".to_owned(), if_match: None, idempotency: None };
    let wish = Register {
        email: account.email.clone(),
        password: Password::choose(account.password.expose()).map_err(AdminError::Password)?,
        first_name: Name::parse("HBNB").map_err(AdminError::Password)?,
        last_name: Name::parse("Administrator").map_err(AdminError::Password)?,
        phone: None,
        locale: None,
        time_zone: None,
    };
    match register(commands, &context, wish).await {
        Ok(made) => {
            let reason = Note::parse("Named by HBNB_ADMIN_EMAIL.").map_err(AdminError::Password)?;
            let granted = grant_role(commands, &context, made.resource_id, Role::Admin, reason).await;
            granted.map(drop).map_err(AdminError::Command)
        }
        // Somebody was faster: another process that starts, which is then granting the role, or a stranger.
        Err(CommandError::User(UserError::EmailTaken)) => Box::pin(ensure(commands, Some(account))).await,
        Err(error) => Err(AdminError::Command(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::{App, AppError, Schema};
    use crate::auth::SystemClock;
    use crate::config::Config;
    use crate::database::Database;
    use crate::test_database::with_database;

    /// The settings of a process on this database, with an administrator.
    fn config(database: &Database, folder: &tempfile::TempDir, admin: bool) -> Config {
        use sqlx::ConnectOptions as _;
        let url = database.pool().connect_options().to_url_lossy().to_string();
        let mut variables = vec![
            ("DATABASE_URL".to_owned(), url),
            ("HBNB_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
        ];
        if admin {
            variables.push(("HBNB_ADMIN_EMAIL".to_owned(), "root@example.org".to_owned()));
            variables.push(("HBNB_ADMIN_PASSWORD".to_owned(), "correct horse battery".to_owned()));
        }
        Config::from_variables(variables).unwrap()
    }

    async fn open(config: &Config) -> Result<App, AppError> {
        App::open(config, Schema::Verify, Arc::new(SystemClock)).await
    }

    #[tokio::test]
    async fn two_processes_that_start_at_once_make_one_administrator_and_the_next_start_changes_nothing() {
        with_database("one_admin", async |database| {
            let folder = tempfile::tempdir().unwrap();
            let config = config(&database, &folder, true);

            let (one, other) = tokio::join!(open(&config), open(&config));

            let (one, other) = (one.unwrap(), other.unwrap());
            assert_eq!(one.views.head().await.unwrap(), 2, "an account and a role");
            one.close().await;
            other.close().await;
            let again = open(&config).await.unwrap();
            assert_eq!(again.views.head().await.unwrap(), 2);
            again.close().await;
        })
        .await;
    }

    #[tokio::test]
    async fn a_stranger_who_has_the_address_is_not_made_an_administrator() {
        with_database("strange_admin", async |database| {
            let folder = tempfile::tempdir().unwrap();
            let app = open(&config(&database, &folder, false)).await.unwrap();
            let context =
                Context { actor: Actor::Anonymous, request_id: "t".to_owned(), if_match: None, idempotency: None };
            let wish = Register {
                email: domain::Email::parse("root@example.org").unwrap(),
                password: Password::choose("the password of a stranger").unwrap(),
                first_name: Name::parse("Mallory").unwrap(),
                last_name: Name::parse("Stranger").unwrap(),
                phone: None,
                locale: None,
                time_zone: None,
            };
            let stranger = register(&app.commands, &context, wish).await.unwrap().resource_id;

            let Err(error) = open(&config(&database, &folder, true)).await else { panic!("it must not start") };

            assert!(error.to_string().contains("hbnb users grant"), "{error}");
            assert!(!error.to_string().contains("root@example.org"), "errors are logged: {error}");
            assert!(!is_admin(&app.commands, stranger).await.unwrap());
            app.close().await;
        })
        .await;
    }
}
