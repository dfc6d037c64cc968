//! A user signs in.

use domain::Email;
use domain::user::User;
use uuid::Uuid;

use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::accounts::Credentials;
use crate::ports::password::Password;
use crate::stream::Stream;

/// What a signed-in client presents from now on.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// For requests, as a bearer token.
    pub access_token: String,
    /// For the next pair, once.
    pub refresh_token: String,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(…)")
    }
}

/// Opens a session. An unknown address and a wrong password take the same work and get the same answer.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` where the account is suspended, which only the right password tells.
pub async fn sign_in(
    commands: &Commands,
    email: &Email,
    password: &Password,
    user_agent: Option<&str>,
) -> Result<TokenPair, CommandError> {
    let ports = commands.ports();
    // In a flood most are turned away, and cost the database nothing.
    ports.passwords.has_room()?;
    let user_id = ports.accounts.by_email(email).await?;
    // Nobody has the nil id: an unknown address is looked up like a known one.
    let credentials = ports.accounts.credentials(user_id.unwrap_or(Uuid::nil())).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.as_str());
    let matches = ports.passwords.verify(password, hash).await?;
    let known = user_id.zip(credentials).filter(|_| matches);
    let (user_id, verified) = known.ok_or(CommandError::Unauthenticated)?;
    let session = ports.sessions.open(user_id, verified.version, user_agent, commands.now()).await?;
    match still_good(commands, user_id, &verified).await {
        Ok(user) => pair(commands, &user, session.session_id, session.refresh_token),
        Err(error) => {
            ports.sessions.close(session.session_id, commands.now()).await?;
            Err(error)
        }
    }
}

/// Asked once the session is open: whoever suspends the account or changes its password first says so and then ends the
/// sessions that there are. Either they see this session, or they are seen here.
async fn still_good(commands: &Commands, user_id: Uuid, verified: &Credentials) -> Result<Stream<User>, CommandError> {
    let user = active_account(commands, user_id).await?;
    let now = commands.ports().accounts.credentials(user_id).await?;
    if now.as_ref() == Some(verified) { Ok(user) } else { Err(CommandError::Unauthenticated) }
}

/// Loads an account that may have sessions.
///
/// # Errors
/// `Unauthenticated` where it is closed, `Forbidden` where it is suspended: for people who have shown who they are.
pub(super) async fn active_account(commands: &Commands, user_id: Uuid) -> Result<Stream<User>, CommandError> {
    let user = commands.ports().users.load(user_id).await?;
    match (user.aggregate.is_open(), user.aggregate.is_suspended()) {
        (true, false) => Ok(user),
        (true, true) => Err(CommandError::Forbidden),
        (false, _) => Err(CommandError::Unauthenticated),
    }
}

/// Tokens for a session, with the roles as the log has them now.
pub(super) fn pair(
    commands: &Commands,
    user: &Stream<User>,
    session_id: Uuid,
    refresh_token: String,
) -> Result<TokenPair, CommandError> {
    let standing = (user.version, user.aggregate.roles());
    let access_token = commands.ports().tokens.issue(user.id, session_id, standing, commands.now())?;
    Ok(TokenPair { access_token, refresh_token })
}
