use commands::ports::tokens::ACCESS_TOKEN_SECONDS;
use commands::user::TokenPair;
use serde::Serialize;
use utoipa::ToSchema;

/// What a signed-in client holds.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokensBody {
    /// For requests: `Authorization: Bearer <access_token>`.
    access_token: String,
    /// For the next pair, once.
    refresh_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long the access token lasts, in seconds.
    #[schema(example = 3600)]
    expires_in: u32,
}

impl From<TokenPair> for TokensBody {
    fn from(pair: TokenPair) -> Self {
        let TokenPair { access_token, refresh_token } = pair;
        Self { access_token, refresh_token, token_type: "Bearer", expires_in: ACCESS_TOKEN_SECONDS }
    }
}
