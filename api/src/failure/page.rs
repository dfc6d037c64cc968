//! `GET /docs/errors`: the table of failures for people.

use std::fmt::Write;

use axum::response::Html;

use super::Failure;

/// The closed list of codes, with status and sentence of each.
pub(crate) async fn errors_page() -> Html<String> {
    let mut rows = String::new();
    for failure in Failure::ALL {
        let (status, code, sentence) = (failure.status().as_u16(), failure.code(), failure.sentence());
        // Writing to a string cannot fail.
        let _ = writeln!(rows, "<tr><td>{status}</td><td><code>{code}</code></td><td>{sentence}</td></tr>");
    }
    Html(format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>HBNB: errors</title>\n\
         <h1>Errors</h1>\n<p>Every failure has one of these codes. <code>errors</code> in the answer names the fields \
         or parameters that were wrong.</p>\n\
         <table>\n<tr><th>Status</th><th>Code</th><th>Message</th></tr>\n{rows}</table>\n</html>\n"
    ))
}
