use serde::Serialize;
use utoipa::ToSchema;

/// What is known of mail that is on its way.
#[derive(Serialize, ToSchema)]
#[schema(as = Mailed)]
pub(crate) struct MailedBody {
    /// How long its token will be good once it is sent, in seconds.
    #[schema(example = 3600)]
    pub(super) expires_in: u32,
}
