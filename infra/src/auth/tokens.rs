//! Access tokens: JSON Web Tokens signed with HMAC-SHA-256 (RFC 7519, RFC 8725).

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use commands::Actor;
use commands::ports::PortError;
use commands::ports::tokens::{ACCESS_TOKEN_SECONDS, AuthError, Tokens};
use domain::user::Role;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::OpenSessions;
use super::open_sessions::Presented;
use crate::keys::JwtKeys;

/// Who issues the tokens, and for whom: a token of another house, or for another purpose, is not accepted.
const ISSUER: &str = "hbnb";
const AUDIENCE: &str = "hbnb-api";

/// Signs with the first key and verifies with all.
pub struct JwtTokens {
    header: Header,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
    sessions: OpenSessions,
}

/// How far the clocks of processes that share their keys may be apart, in seconds.
const SKEW_SECONDS: i64 = 60;

/// What a token says. Seconds are those of the Unix epoch.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    /// The account's version when the token was issued; 0 in tokens of before this was said.
    #[serde(default)]
    ver: u64,
    /// The roles that it had there.
    roles: BTreeSet<Role>,
    iat: i64,
    exp: i64,
    /// Our own have none; what else signs under these keys may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

impl Claims {
    /// Whether its time has yet to come.
    fn is_early(&self, now: Timestamp) -> bool {
        self.nbf.unwrap_or(self.iat).max(self.iat) > now.as_second() + SKEW_SECONDS
    }
}

impl JwtTokens {
    /// Tokens under `keys`, for sessions that are open.
    pub fn new(keys: &JwtKeys, sessions: OpenSessions) -> Self {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(keys.signing().kid().to_owned());
        let verifying = keys.verifying().map(|key| (key.kid().to_owned(), DecodingKey::from_secret(key.secret())));
        let signing = EncodingKey::from_secret(keys.signing().secret());
        Self { header, signing, verifying: verifying.collect(), validation: validation(), sessions }
    }

    /// What the token says, once its signature, algorithm, issuer and audience are right.
    fn read(&self, bearer: &str) -> Option<Claims> {
        let header = decode_header(bearer).ok()?;
        // Extensions that must be understood (RFC 7515, section 4.1.11), and none is.
        if header.crit.is_some() {
            return None;
        }
        let key = self.verifying.get(&header.kid?)?;
        decode(bearer, key, &self.validation).ok().map(|token| token.claims)
    }
}

fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // Checked against the caller's clock instead.
    validation.validate_exp = false;
    validation
}

#[async_trait]
impl Tokens for JwtTokens {
    fn issue(
        &self,
        user_id: Uuid,
        session_id: Uuid,
        (version, roles): (u64, &BTreeSet<Role>),
        now: Timestamp,
    ) -> Result<String, PortError> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user_id,
            sid: session_id,
            ver: version,
            roles: roles.clone(),
            iat: now.as_second(),
            exp: now.as_second() + i64::from(ACCESS_TOKEN_SECONDS),
            nbf: None,
        };
        encode(&self.header, &claims, &self.signing).map_err(PortError::new)
    }

    async fn authenticate(&self, bearer: &str, now: Timestamp) -> Result<Actor, AuthError> {
        let claims = self.read(bearer).ok_or(AuthError::Invalid)?;
        if claims.is_early(now) {
            return Err(AuthError::Invalid);
        }
        if claims.exp <= now.as_second() {
            return Err(AuthError::Expired);
        }
        let Claims { sub: user_id, sid: session_id, ver: version, roles, .. } = claims;
        match self.sessions.roles(Presented { session_id, user_id, version, roles }).await {
            Ok(Some(roles)) => Ok(Actor::User { id: user_id, roles, session_id }),
            Ok(None) => Err(AuthError::Invalid),
            Err(error) => Err(AuthError::Unavailable(PortError::new(error))),
        }
    }
}
