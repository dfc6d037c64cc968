//! What a command says to whoever called it: its results to standard output, everything else to standard error.

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};

/// Writes a line of the result; whoever reads it through a pipe has it at once.
pub(super) fn line(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes a line beside the result.
pub(super) fn aside(text: impl Display) {
    // Nobody is left to be told that nobody listens.
    let _ = writeln!(io::stderr(), "{text}");
}

/// An error and everything that led to it, on one line; a cause that its consequence tells already is left out.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            // Writing to a string does not fail.
            let _ = write!(text, ": {next}");
        }
        cause = error.source();
    }
    text
}

/// A count of rows for a person who watches; invisible otherwise.
pub(super) fn rows_done() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {pos} rows, {elapsed}");
    style.map_or_else(|_| ProgressBar::hidden(), |style| ProgressBar::new_spinner().with_style(style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn causes_follow_their_consequence_once() {
        assert_eq!(with_causes(&Outer(io::Error::other("inner"))), "outer: inner");
        assert_eq!(with_causes(&Outer(io::Error::other("outer"))), "outer");
    }
}
