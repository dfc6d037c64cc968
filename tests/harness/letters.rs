use std::path::Path;

use crate::client::Person;
use crate::logs;
use crate::server::{Server, eventually};

/// A letter that the house kept in its mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its headers, as they are written.
    pub headers: String,
    /// What it says.
    pub text: String,
}

impl Letter {
    fn read(raw: &str) -> Self {
        let (headers, body) = raw.split_once("\r\n\r\n").expect("a letter has headers and a body");
        let is_quoted = headers.contains("Content-Transfer-Encoding: quoted-printable");
        let text = if is_quoted { unquoted(body) } else { body.to_owned() };
        token_in(&text).into_iter().for_each(logs::remember);
        Self { headers: headers.to_owned(), text }
    }

    /// The token in its link.
    #[track_caller]
    pub fn token(&self) -> String {
        token_in(&self.text).expect("a letter with a token").to_owned()
    }
}

fn token_in(text: &str) -> Option<&str> {
    text.split_once("#token=")?.1.split_whitespace().next()
}

/// The text of quoted-printable lines (RFC 2045, section 6.7).
fn unquoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let octet = tail.get(..2).filter(|_| *first == b'=').and_then(|hex| std::str::from_utf8(hex).ok());
        match octet.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(octet) => {
                bytes.push(octet);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("a letter is in UTF-8")
}

/// The letters to an address in the mailbox of a data folder, oldest first.
pub fn letters(data: &Path, email: &str) -> Vec<Letter> {
    let Ok(entries) = std::fs::read_dir(data.join("mailbox")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    let letters = paths.iter().map(|path| Letter::read(&std::fs::read_to_string(path).expect("a letter")));
    letters.filter(|letter| letter.headers.contains(&format!("To: {email}\r\n"))).collect()
}

impl Server {
    /// A person's letters that say something, once there are that many.
    pub async fn letters_that_say(&self, count: usize, what: &str, to: &Person) -> Vec<Letter> {
        eventually(|| async {
            let all = letters(self.data(), &to.email);
            let found: Vec<_> = all.into_iter().filter(|letter| letter.text.contains(what)).collect();
            (found.len() >= count).then_some(found)
        })
        .await
    }
}
