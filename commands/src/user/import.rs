//! The host of an imported listing becomes a user without e-mail and credentials.

use domain::text::Name;
use domain::user::{UserCommand, UserError};
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::Commands;
use crate::stream::Stream;

/// A host as the source knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportHost {
    /// The source's name, such as `airbnb`.
    pub source: String,
    /// The host's id there.
    pub host_id: String,
    /// The host's name as shown there.
    pub name: Option<Name>,
}

/// The user that a host of the source is, made at the first call.
///
/// # Errors
/// `Unavailable` where a store cannot be reached.
pub async fn import(commands: &Commands, context: &Context, host: ImportHost) -> Result<Uuid, CommandError> {
    let ports = commands.ports();
    let source = format!("{}-host", host.source);
    if let Some(user_id) = ports.directory.imported(&source, &host.host_id).await? {
        return Ok(user_id);
    }
    let user_id = Uuid::now_v7();
    ports.accounts.prepare(user_id, None).await?;
    let outcome = commands
        .run(context, || async {
            let command = UserCommand::Import {
                user_id,
                source: source.clone(),
                source_id: host.host_id.clone(),
                first_name: host.name.clone(),
                now: commands.now(),
            };
            commands.decide(ports.users.as_ref(), context, Stream::empty(user_id), command).await
        })
        .await;
    match outcome {
        Ok(done) => Ok(done.resource_id),
        // Another listing of the same host was faster; the key made above is an orphan for the sweep.
        Err(CommandError::User(UserError::AlreadyImported)) => {
            ports.directory.imported(&source, &host.host_id).await?.ok_or(CommandError::ConcurrentChange)
        }
        Err(error) => Err(error),
    }
}
