//! The administrator whom the configuration names.

use commands::ports::password::Password;
use commands::user::{Register, grant_role, register};
use commands::{Actor, CommandError, Commands, Context};
use domain::Invalid;
use domain::text::Name;
use domain::user::{Role, UserError};

use crate::config::AdminAccount;

/// Why there is no administrator.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The password is not one that an account may have; the configuration has been checked, so this is not met.
    #[error("HBNB_ADMIN_PASSWORD {0}")]
    Password(#[source] Invalid),
    /// The account could not be made, or not be granted the role.
    #[error("the account of HBNB_ADMIN_EMAIL could not be made")]
    Command(#[source] CommandError),
}

/// Makes the account if nobody has its address, and grants it the role. Run at every start: a repeat changes nothing.
pub(crate) async fn ensure(commands: &Commands, account: Option<&AdminAccount>) -> Result<(), AdminError> {
    let Some(account) = account else { return Ok(()) };
    let context = Context { actor: Actor::System, request_id: "start".to_owned(), if_match: None, idempotency: None };
    let user_id = match commands.ports().accounts.by_email(&account.email).await {
        Ok(Some(user_id)) => user_id,
        Ok(None) => make(commands, &context, account).await?,
        Err(error) => return Err(AdminError::Command(error.into())),
    };
    grant_role(commands, &context, user_id, Role::Admin, None).await.map_err(AdminError::Command)?;
    Ok(())
}

async fn make(commands: &Commands, context: &Context, account: &AdminAccount) -> Result<uuid::Uuid, AdminError> {
    let wish = Register {
        email: account.email.clone(),
        password: Password::choose(account.password.expose()).map_err(AdminError::Password)?,
        first_name: Name::parse("HBNB").map_err(AdminError::Password)?,
        last_name: Name::parse("Administrator").map_err(AdminError::Password)?,
        phone: None,
        locale: None,
        time_zone: None,
    };
    match register(commands, context, wish).await {
        Ok(done) => Ok(done.resource_id),
        // Another process, started at the same time, was faster.
        Err(error @ CommandError::User(UserError::EmailTaken)) => {
            let holder = commands.ports().accounts.by_email(&account.email).await;
            holder.map_err(|error| AdminError::Command(error.into()))?.ok_or(AdminError::Command(error))
        }
        Err(error) => Err(AdminError::Command(error)),
    }
}
