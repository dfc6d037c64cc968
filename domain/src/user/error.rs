/// Why a user's account refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// Another account has the e-mail address.
    #[error("the e-mail address belongs to another account")]
    EmailTaken,
    /// The record was imported before.
    #[error("the record was imported before")]
    AlreadyImported,
    /// Nobody suspends the own account.
    #[error("nobody suspends the own account")]
    Oneself,
    /// There is no such account, or it is closed.
    #[error("there is no open account")]
    NotFound,
    /// The account exists already.
    #[error("the account exists already")]
    AlreadyRegistered,
}
