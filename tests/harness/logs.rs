//! What the servers of the suite log, watched line by line for what must never be in a log.
//!
//! Everything personal or secret that a [`crate::Client`] sends or is given is remembered; a line of a server in this
//! process, or of one that it started, that has any of it ends the whole suite at once: whichever test it belongs to, it
//! must not pass unnoticed.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

use infra::telemetry;
use serde_json::Value;

use crate::say;

/// What servers in this process log: more than they do in life.
const FILTER: &str = "info,api=debug,commands=debug,projections=debug,infra=debug,sqlx::query=warn,wasmer=warn";
/// Fields whose values a person wrote, or that open a door.
const SENT_FIELDS: [&str; 20] = [
    "email",
    "password",
    "current_password",
    "new_password",
    "first_name",
    "last_name",
    "phone",
    "host_name",
    "title",
    "description",
    "house_rules",
    "address",
    "message",
    "reason",
    "text",
    "reply",
    "refresh_token",
    "access_token",
    "token",
    "q",
];
/// Fields that a server makes, or writes in a form of its own.
const ANSWERED_FIELDS: [&str; 3] = ["access_token", "refresh_token", "phone"];
/// Shorter texts, in bytes, could be part of anything.
const SHORTEST: usize = 4;
/// At least so long is what only a machine can have made, such as a refresh token.
const OPAQUE: usize = 32;

static SENT: LazyLock<Mutex<Sent>> = LazyLock::new(Mutex::default);
static LINES: AtomicU64 = AtomicU64::new(0);

/// What was sent and must not be logged.
#[derive(Debug, Default)]
struct Sent {
    /// In words, as JSON writes them.
    texts: HashSet<String>,
    /// Of one piece, and never twice the same.
    opaque: HashSet<String>,
}

/// Remembers what is personal or secret in the body of a request.
pub(crate) fn remember_sent(body: &Value) {
    remember_fields(body, &SENT_FIELDS);
}

/// Remembers what is personal or secret in an answer and was not sent like that.
pub(crate) fn remember_answer(body: &Value) {
    remember_fields(body, &ANSWERED_FIELDS);
}

fn remember_fields(value: &Value, wanted: &[&str]) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if wanted.contains(&name.as_str()) => remember(text),
                    value => remember_fields(value, wanted),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| remember_fields(item, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Remembers a text that must not be logged.
pub fn remember(text: &str) {
    let text = text.trim();
    if text.len() < SHORTEST {
        return;
    }
    let mut sent = sent();
    if text.len() >= OPAQUE && text.bytes().all(is_opaque) {
        sent.opaque.insert(text.to_owned());
    } else {
        sent.texts.insert(as_json(text));
    }
}

/// What a line of a log must not have.
pub fn leak_in(line: &str) -> Option<String> {
    for sign in ["@example.", "$argon2", "Bearer ey"] {
        if line.contains(sign) {
            return Some(sign.to_owned());
        }
    }
    let sent = sent();
    let mut pieces = line.split(|c: char| !u8::try_from(c).is_ok_and(is_opaque));
    let token = pieces.find(|piece| piece.starts_with("eyJ") || sent.opaque.contains(*piece));
    token.map(str::to_owned).or_else(|| sent.texts.iter().find(|text| has_words(line, text)).cloned())
}

/// How many lines were watched.
pub fn lines_watched() -> u64 {
    LINES.load(Ordering::Relaxed)
}

/// Has the servers of this process log, and watches it.
pub(crate) fn begin() {
    static BEGIN: Once = Once::new();
    BEGIN.call_once(|| telemetry::start_into(FILTER, || Watch).expect("nobody else logs in this process"));
}

/// Looks at a line, and ends the suite where it says too much.
pub(crate) fn watch(line: &str) {
    LINES.fetch_add(1, Ordering::Relaxed);
    if let Some(leak) = leak_in(line) {
        say(&format!("A LOG LINE HAS WHAT MUST NOT BE LOGGED: {leak:?} in {line}"));
        std::process::exit(101);
    }
}

/// Takes the lines of this process; each is written in one piece.
struct Watch;

impl io::Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        String::from_utf8_lossy(bytes).lines().for_each(watch);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sent() -> MutexGuard<'static, Sent> {
    // A test that fails elsewhere does not spoil the list.
    SENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn as_json(text: &str) -> String {
    Value::from(text).to_string().trim_matches('"').to_owned()
}

fn is_opaque(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether the text is there, and not just as part of longer words.
fn has_words(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        ![before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '_')
    })
}
