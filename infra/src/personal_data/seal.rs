//! Sealing fields of one event, and opening them again.
//!
//! A sealed event reads `{"type": "...", ..., "sealed": {"by": "<person>", "fields": ["email"], "box": "<base64>"}}`:
//! the box is a 24-byte nonce with the XChaCha20-Poly1305 ciphertext of the JSON object of the fields. Where the event
//! stands in the log and what it is authenticates the box, so that one moved to another event does not open.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::PersonalData;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::keys::KeyState;

const NONCE_BYTES: usize = 24;

/// The top-level field that takes the sealed ones' place.
const SEALED: &str = "sealed";

/// A person's secret key.
#[derive(Clone)]
pub struct PersonKey([u8; 32]);

/// Where an event stands and what it is: a box opens nowhere else.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct EventSeat<'a> {
    /// `Aggregate::TYPE`.
    pub aggregate_type: &'a str,
    /// The aggregate's id as stored.
    pub aggregate_id: &'a str,
    /// The event's number within its stream.
    pub sequence: u64,
    /// As stored, before any upcast.
    pub event_type: &'a str,
    /// As stored, before any upcast.
    pub event_version: &'a str,
}

/// Why an event could not be sealed or unsealed. No variant carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The event is not a JSON object, or has a field of the reserved name.
    #[error("an event with personal data must be a JSON object without a field named `sealed`")]
    NotSealable,
    /// The person was erased: nothing more is written about them.
    #[error("{0} was erased")]
    Erased(Uuid),
    /// The `sealed` object does not have the shape described in the module's documentation.
    #[error("the sealed part is malformed")]
    Malformed,
    /// The person never had a key here, or their row was lost.
    #[error("there is no key for {0}")]
    NoKey(Uuid),
    /// The person's key does not unwrap under the master key.
    #[error("the key of {0} does not unwrap")]
    BrokenKey(Uuid),
    /// The box was changed, or belongs to another event.
    #[error("the box does not open")]
    DoesNotOpen,
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    NoRandomness,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    by: Uuid,
    fields: Vec<String>,
    #[serde(rename = "box")]
    content: String,
}

/// Whether `payload` has any of the fields that `personal` names: without, nothing is sealed and no key is needed.
pub fn needs_key(payload: &Value, personal: &PersonalData) -> bool {
    personal.fields.iter().any(|field| payload.get(field).is_some_and(|value| !value.is_null()))
}

/// Replaces the fields that `personal` names by one sealed object. A field that the event does not have, or that is
/// `null`, holds nothing to seal and stays; an event with none to seal stays as it is.
///
/// # Errors
/// See [`SealError`]; `payload` may be half sealed then and must be thrown away.
pub fn seal(
    payload: &mut Value,
    personal: &PersonalData,
    key: &KeyState,
    seat: &EventSeat<'_>,
) -> Result<(), SealError> {
    let object = payload.as_object_mut().ok_or(SealError::NotSealable)?;
    if object.contains_key(SEALED) {
        return Err(SealError::NotSealable);
    }
    let mut taken = Map::new();
    for &field in personal.fields {
        if object.get(field).is_some_and(|value| !value.is_null()) {
            taken.extend(object.remove_entry(field));
        }
    }
    if taken.is_empty() {
        return Ok(());
    }
    let by = personal.subject;
    let key = match key {
        KeyState::Usable(key) => key,
        KeyState::Erased => return Err(SealError::Erased(by)),
        KeyState::Broken => return Err(SealError::BrokenKey(by)),
    };
    let fields: Vec<String> = taken.keys().cloned().collect();
    let plain = serde_json::to_vec(&taken).map_err(|_| SealError::NotSealable)?;
    let content = BASE64.encode(shut(&key.0, &binding(seat, by, &fields)?, &plain)?);
    let sealed = serde_json::to_value(Sealed { by, fields, content }).map_err(|_| SealError::NotSealable)?;
    object.insert(SEALED.to_owned(), sealed);
    Ok(())
}

/// Whose key opens `payload`; `None` where nothing in it is sealed (or the sealed part is malformed, which
/// [`unseal`] then reports).
pub fn sealed_by(payload: &Value) -> Option<Uuid> {
    payload.get(SEALED)?.get("by")?.as_str()?.parse().ok()
}

/// Puts sealed fields back to where they were; after erasure each reads as `null`. `key` looks up a person's key and
/// is not asked where nothing is sealed.
///
/// # Errors
/// See [`SealError`]; `payload` must be thrown away then.
pub fn unseal<'k>(
    payload: &mut Value,
    key: impl FnOnce(Uuid) -> Option<&'k KeyState>,
    seat: &EventSeat<'_>,
) -> Result<(), SealError> {
    let Some(object) = payload.as_object_mut() else { return Ok(()) };
    let Some(sealed) = object.remove(SEALED) else { return Ok(()) };
    let Sealed { by, fields, content } = serde_json::from_value(sealed).map_err(|_| SealError::Malformed)?;
    match key(by).ok_or(SealError::NoKey(by))? {
        KeyState::Erased => object.extend(fields.into_iter().map(|field| (field, Value::Null))),
        KeyState::Broken => return Err(SealError::BrokenKey(by)),
        KeyState::Usable(key) => {
            let content = BASE64.decode(content).map_err(|_| SealError::Malformed)?;
            let plain = open(&key.0, &binding(seat, by, &fields)?, &content).ok_or(SealError::DoesNotOpen)?;
            let opened: Map<String, Value> = serde_json::from_slice(&plain).map_err(|_| SealError::Malformed)?;
            object.extend(opened);
        }
    }
    Ok(())
}

/// What a box is bound to, as JSON: unambiguous, whatever the parts contain.
fn binding(seat: &EventSeat<'_>, by: Uuid, fields: &[String]) -> Result<Vec<u8>, SealError> {
    serde_json::to_vec(&(seat, by, fields)).map_err(|_| SealError::Malformed)
}

/// Encrypts under a random nonce, which 24 bytes make safe without a counter; the nonce comes first.
pub(super) fn shut(key: &[u8; 32], bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce = random::<NONCE_BYTES>()?;
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: bound_to })
        .map_err(|_| SealError::NotSealable)?;
    Ok([&nonce[..], &ciphertext].concat())
}

/// The inverse of [`shut`]; `None` unless key, binding and every byte are the same.
pub(super) fn open(key: &[u8; 32], bound_to: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let (nonce, ciphertext) = content.split_at_checked(NONCE_BYTES)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: bound_to })
        .ok()
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

impl PersonKey {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) fn generate() -> Result<Self, SealError> {
        random().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(secret)")
    }
}
