//! Values that must not be seen in logs, errors or on a screen.

use std::fmt;

/// A secret text: `Debug` does not show it and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from now on.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// A URL without what lets anybody in: its password, and every query parameter that may hold a credential.
pub(super) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return HIDDEN.to_owned();
    };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_end);
    let authority = match authority.rsplit_once('@') {
        Some((user_info, host)) => match user_info.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
            None => authority.to_owned(),
        },
        None => authority.to_owned(),
    };
    let tail = match tail.split_once('?') {
        Some((path, query)) => format!("{path}?{}", without_secret_parameters(query)),
        None => tail.to_owned(),
    };
    format!("{scheme}://{authority}{tail}")
}

fn without_secret_parameters(query: &str) -> String {
    let is_open = |name: &str| matches!(name, "host" | "port" | "user" | "dbname" | "sslmode" | "application_name");
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if !is_open(name) => format!("{name}={HIDDEN}"),
        Some(_) | None => pair.to_owned(),
    });
    shown.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }

    #[test]
    fn a_url_is_shown_without_its_credentials() {
        for (url, shown) in [
            ("postgres://ada:s3cr@t@db:5432/hbnb", "postgres://ada:(hidden)@db:5432/hbnb"),
            ("postgres://ada@db/hbnb?sslmode=require", "postgres://ada@db/hbnb?sslmode=require"),
            ("postgres://db/hbnb?user=a&password=b", "postgres://db/hbnb?user=a&password=(hidden)"),
            ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222"),
            ("not a url: s3cret", "(hidden)"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
