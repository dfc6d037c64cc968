//! `hbnb users`.

use std::io::Read as _;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::args::{CreateUser, GrantRole, RevokeRole, RoleName, Users};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};
use crate::config::Secret;

/// Where the API keeps them.
const USERS: &str = "/api/v1/admin/users";
/// The longest password that is read, in bytes.
const MAX_PASSWORD_BYTES: u64 = 1_024;

/// Makes a user, gives a role or takes it back.
pub(super) async fn run(session: &Session, command: &Users) -> Result<Outcome, CliError> {
    match command {
        Users::Create(wish) => create(session, wish).await?,
        Users::Grant(wish) => {
            let id = find(session, &wish.user).await?;
            grant(session, id, wish).await?;
        }
        Users::Revoke(wish) => {
            let id = find(session, &wish.user).await?;
            revoke(session, id, wish).await?;
        }
    }
    Ok(Outcome::Done)
}

async fn create(session: &Session, wish: &CreateUser) -> Result<(), CliError> {
    let password = if wish.password_stdin { given_password()? } else { new_password()? };
    let id = register(session, wish, &password).await?;
    out::line(format_args!("user {id} created"))?;
    if wish.admin {
        let reason = "Made an administrator on the command line.".to_owned();
        let user = wish.email.clone();
        grant(session, id, &GrantRole { user, role: RoleName::Admin, reason }).await?;
    }
    if !wish.password_stdin {
        out::line(format_args!("password (shown this once): {}", password.expose()))?;
    }
    Ok(())
}

async fn register(session: &Session, wish: &CreateUser, password: &Secret) -> Result<Uuid, CliError> {
    let body = json!({
        "email": wish.email,
        "password": password.expose(),
        "first_name": wish.first_name,
        "last_name": wish.last_name,
    });
    let data = session.call(Method::POST, USERS, Some(&body)).await?;
    id_of(&data).ok_or_else(|| CliError::Impossible("the server did not say the new user's id".to_owned()))
}

async fn grant(session: &Session, id: Uuid, wish: &GrantRole) -> Result<(), CliError> {
    let role = Role::from(wish.role).name();
    let body = json!({ "role": role, "reason": wish.reason });
    session.call(Method::POST, &format!("{USERS}/{id}/roles"), Some(&body)).await?;
    out::line(format_args!("{} is {role} now", wish.user))?;
    Ok(())
}

async fn revoke(session: &Session, id: Uuid, wish: &RevokeRole) -> Result<(), CliError> {
    let role = Role::from(wish.role).name();
    let body = json!({ "reason": wish.reason });
    session.call(Method::DELETE, &format!("{USERS}/{id}/roles/{role}"), Some(&body)).await?;
    out::line(format_args!("{} is no {role} now", wish.user))?;
    Ok(())
}

/// A user by id, or by the whole e-mail address.
async fn find(session: &Session, user: &str) -> Result<Uuid, CliError> {
    if let Ok(id) = user.parse() {
        return Ok(id);
    }
    let found = by_email(session, user).await?;
    let id = found.as_ref().and_then(id_of);
    id.ok_or_else(|| CliError::Impossible(format!("nobody has the address {user}")))
}

async fn by_email(session: &Session, email: &str) -> Result<Option<Value>, CliError> {
    let path = format!("{USERS}?per_page=100&q={}", percent_encoded(email));
    let data = session.call(Method::GET, &path, None).await?;
    let is_it = |user: &&Value| user["email"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(email));
    Ok(data["items"].as_array().and_then(|users| users.iter().find(is_it)).cloned())
}

fn id_of(user: &Value) -> Option<Uuid> {
    user["id"].as_str()?.parse().ok()
}

/// The first line of standard input.
fn given_password() -> Result<Secret, CliError> {
    let mut text = String::new();
    let read = std::io::stdin().take(MAX_PASSWORD_BYTES).read_to_string(&mut text);
    read.map_err(CliError::io("the password cannot be read from standard input"))?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// 144 random bits.
fn new_password() -> Result<Secret, CliError> {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError::Impossible(format!("the operating system gives no random bytes: {error}")))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// Everything but letters and digits as `%XX` (RFC 3986, section 2.1).
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_in_a_query() {
        assert_eq!(percent_encoded("ada+x@example.org"), "ada%2Bx%40example%2Eorg");
    }

    #[test]
    fn a_made_password_satisfies_the_rules_and_differs_each_time() {
        let (one, other) = (new_password().unwrap(), new_password().unwrap());

        assert!(commands::ports::password::Password::choose(one.expose()).is_ok());
        assert!(one != other);
    }
}
