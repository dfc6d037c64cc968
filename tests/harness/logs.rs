//! What the servers of the suite log, watched line by line for what must never be in a log.
//!
//! Everything personal or secret that a [`crate::Client`] sends or is given is remembered; a line of a server in this
//! process, or of one that it started, that has any of it ends the whole suite at once: whichever test it belongs to, it
//! must not pass unnoticed. What a server makes is known only when its answer has come: the last lines before that are
//! looked at again. What is shorter than four bytes, or just one short word in small letters or digits, cannot be told
//! from the words of any line ("pool" is an amenity and holds connections, 1000 is a price and a job's number), and is
//! not watched.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

use infra::telemetry;
use serde_json::Value;

use crate::say;

/// What servers in this process log: more than they do in life.
const FILTER: &str = "info,api=debug,commands=debug,projections=debug,infra=debug,sqlx::query=warn,wasmer=warn";
/// Fields and parameters whose values a person wrote, that tell where somebody is, or that open a door. That every one
/// of the API is either here or harmless is asked by `tests/it/security/logs.rs`.
const SENT_FIELDS: [&str; 25] = [
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
    "latitude",
    "longitude",
    "location",
    "bbox",
    "preferences",
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
/// One word in small letters or digits is watched from as many bytes as a password has at least.
const SHORTEST_WORD: usize = 10;
/// At least so long is what only a machine can have made, such as a refresh token.
const OPAQUE: usize = 32;
/// So long is a token of 256 random bits in base64url.
const TOKEN: usize = 43;
/// How many lines are looked at again: more than are written while one request is answered.
const RECENT: usize = 256;

static SENT: LazyLock<Mutex<Sent>> = LazyLock::new(Mutex::default);
static LINES: AtomicU64 = AtomicU64::new(0);

/// What was sent and must not be logged.
#[derive(Debug, Default)]
struct Sent {
    /// In words, as JSON writes them, by how they begin: there are many thousands, and of any line few begin so.
    texts: HashMap<[u8; SHORTEST], HashSet<String>>,
    /// Of one piece, and never twice the same.
    opaque: HashSet<String>,
    /// The last lines, for what is learned later.
    recent: VecDeque<String>,
}

/// Remembers what is personal or secret in the body of a request.
pub(crate) fn remember_sent(body: &Value) {
    remember_fields(body, &SENT_FIELDS, remember_all);
}

/// Remembers what is personal or secret in an answer and was not sent like that.
pub(crate) fn remember_answer(body: &Value) {
    // Texts alone: a description of the API has fields of these names, too.
    remember_fields(body, &ANSWERED_FIELDS, |value| value.as_str().into_iter().for_each(remember));
}

/// Remembers what is personal or secret in a parameter of a query.
pub(crate) fn remember_parameter(name: &str, value: &str) {
    if is_watched(name) {
        remember(value);
    }
}

/// Whether the values of a field or parameter of this name must not be logged.
pub fn is_watched(name: &str) -> bool {
    SENT_FIELDS.contains(&name)
}

fn remember_fields(value: &Value, wanted: &[&str], take: fn(&Value)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if wanted.contains(&name.as_str()) {
                    take(value);
                } else {
                    remember_fields(value, wanted, take);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| remember_fields(item, wanted, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whatever somebody wrote in there.
fn remember_all(value: &Value) {
    match value {
        Value::String(text) => remember(text),
        Value::Number(number) => remember(&number.to_string()),
        Value::Array(items) => items.iter().for_each(remember_all),
        Value::Object(fields) => fields.values().for_each(remember_all),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Remembers a text that must not be logged, and must not have been.
pub fn remember(text: &str) {
    let text = text.trim();
    let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if text.len() < if is_word { SHORTEST_WORD } else { SHORTEST } {
        return;
    }
    let mut sent = sent();
    let is_opaque = text.len() >= OPAQUE && text.bytes().all(is_opaque);
    let (is_new, text) = if is_opaque {
        (sent.opaque.insert(text.to_owned()), text.to_owned())
    } else {
        let text = as_json(text);
        let Some(beginning) = text.as_bytes().first_chunk() else { return };
        (sent.texts.entry(*beginning).or_default().insert(text.clone()), text)
    };
    let told = sent.recent.iter().find(|line| is_new && has_words(line, &text)).cloned();
    drop(sent);
    if let Some(line) = told {
        give_up(&text, &line);
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
    let token = pieces.find(|piece| piece.starts_with("eyJ") || is_token(piece) || sent.opaque.contains(*piece));
    token.map(str::to_owned).or_else(|| sent.text_in(line))
}

impl Sent {
    fn text_in(&self, line: &str) -> Option<String> {
        let rests = (0..line.len()).map(|at| &line.as_bytes()[at..]);
        let begun = rests.filter_map(|rest| Some((rest, self.texts.get(rest.first_chunk::<SHORTEST>()?)?)));
        let mut found = begun.flat_map(|(rest, texts)| texts.iter().filter(|text| rest.starts_with(text.as_bytes())));
        found.find(|text| has_words(line, text)).cloned()
    }
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
        give_up(&leak, line);
    }
    let mut sent = sent();
    sent.recent.push_back(line.to_owned());
    if sent.recent.len() > RECENT {
        sent.recent.pop_front();
    }
}

fn give_up(leak: &str, line: &str) {
    say(&format!("A LOG LINE HAS WHAT MUST NOT BE LOGGED: {leak:?} in {line}"));
    std::process::exit(101);
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

/// Whether it looks like a token of this house, whoever made it: of 43 random characters some are in upper case, some in
/// lower case, and some digits.
fn is_token(piece: &str) -> bool {
    let has = |is: fn(&char) -> bool| piece.chars().any(|c| is(&c));
    piece.len() == TOKEN
        && !piece.contains('.')
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
}

/// Whether the text is there, and not just as part of longer words.
fn has_words(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        ![before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '_')
    })
}
