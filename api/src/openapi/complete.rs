//! Adds what holds for every endpoint to each of them, so that no verb repeats it.

use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Header, OpenApi, RefOr, Response};

use super::parts::{
    HARMLESS_KEY, HARMLESS_LOOK, IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, LIMIT_HEADERS, MIN_POSITION, PREFER,
    RECEIPT_HEADERS, REQUEST_ID, failed, failed_content, request_header, response_header,
};
use super::{alternatives, bodies, links, values};
use crate::layers::Bucket;
use crate::router::BASE;

/// What matters of an endpoint for the conventions.
struct Endpoint<'a> {
    method: &'static str,
    path: &'a str,
}

impl Endpoint<'_> {
    fn is_command(&self) -> bool {
        self.method != "get" && !self.is_auth() && !self.is_operation()
    }

    fn is_auth(&self) -> bool {
        self.path.strip_prefix(BASE).is_some_and(|path| path.starts_with("/auth/"))
    }

    /// An operator's business with the views, or a user's with the own sessions and what was looked at: nothing of the
    /// log changes.
    fn is_operation(&self) -> bool {
        let operations = ["/admin/projections/", "/users/me/sessions/"];
        let path = self.path.strip_prefix(BASE).unwrap_or_default();
        operations.iter().any(|start| path.starts_with(start)) || self.is_look()
    }

    fn is_look(&self) -> bool {
        self.path.strip_prefix(BASE) == Some("/places/{id}/views")
    }

    fn is_import(&self) -> bool {
        self.path.strip_prefix(BASE).is_some_and(|path| path.starts_with("/admin/imports/"))
    }

    /// What the request may say beside its body.
    fn request_headers(&self) -> Vec<(&'static str, &'static str)> {
        let mut headers = vec![REQUEST_ID];
        match self.method {
            "get" => headers.push(MIN_POSITION),
            _ if self.is_look() => headers.push(HARMLESS_LOOK),
            _ if !self.is_command() => {}
            _ if self.is_import() => headers.extend([PREFER, HARMLESS_KEY]),
            method => {
                headers.push(PREFER);
                // What is about to be made has no version yet.
                headers.extend((method != "post" || self.names_a_resource()).then_some(IF_MATCH));
                headers.extend((method == "post").then_some(IDEMPOTENCY_KEY));
            }
        }
        headers
    }

    fn names_a_resource(&self) -> bool {
        self.path.contains('{')
    }
}

/// Completes a document whose endpoints describe only what is special about them.
pub(crate) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete_operation(&Endpoint { method, path }, operation);
            }
        }
    }
    alternatives::loosen(document);
    values::describe_parameters(document);
    bodies::close(document);
    links::link(document);
}

fn complete_operation(endpoint: &Endpoint<'_>, operation: &mut Operation) {
    // Verbs are named after their functions, which repeat from noun to noun.
    if let (Some(id), Some(tag)) = (&operation.operation_id, operation.tags.iter().flatten().next()) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
    let mut headers = endpoint.request_headers();
    // Whoever reads one resource says so.
    headers.extend(operation.responses.responses.contains_key("304").then_some(IF_NONE_MATCH));
    operation.parameters.get_or_insert_default().extend(headers.into_iter().map(request_header).map(RefOr::T));
    add_failures(endpoint, operation);
    add_response_headers(endpoint, operation);
}

fn add_failures(endpoint: &Endpoint<'_>, operation: &mut Operation) {
    // An empty requirement among them makes credentials optional.
    let secured = operation.security.as_ref().is_some_and(|all| !all.contains(&SecurityRequirement::default()));
    // One without fields is read all the same: it must be empty, or an object without any.
    let has_body = endpoint.method != "get";
    let statuses = [
        (true, 400),
        (true, 401),
        (secured, 403),
        (endpoint.names_a_resource(), 404),
        (endpoint.is_command(), 409),
        (endpoint.is_command() && !endpoint.is_import(), 412),
        (has_body, 408),
        (has_body, 413),
        (has_body, 415),
        (has_body, 422),
        (true, 500),
        (true, 503),
    ];
    for (_, status) in statuses.iter().filter(|(applies, _)| *applies) {
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| RefOr::T(failed(*status)));
    }
    // A verb that describes a failure in its own words leaves the body to this.
    for (status, response) in responses(operation) {
        if !status.starts_with('2') && status != "304" && response.content.is_empty() {
            response.content.insert("application/json".to_owned(), failed_content().into());
        }
    }
}

fn add_response_headers(endpoint: &Endpoint<'_>, operation: &mut Operation) {
    let reads_one = operation.responses.responses.contains_key("304");
    for (status, response) in responses(operation) {
        let success = status.starts_with('2');
        add_header(response, "X-Request-Id", "The request's id.");
        if success && endpoint.is_command() {
            for (name, description) in RECEIPT_HEADERS {
                add_header(response, name, description);
            }
        }
        if status == "201" {
            add_header(response, "Location", "The address of the new resource.");
        }
        if success && status != "204" && (reads_one || endpoint.is_command()) {
            add_header(response, "ETag", "`\"<version>-<digest of data>\"`, where the answer is one resource.");
        }
        if ["429", "503"].contains(&status) {
            add_header(response, "Retry-After", "Seconds to wait.");
        }
    }
}

/// Documents that calls of these endpoints are counted.
pub(crate) fn document_limit(paths: &mut Paths, bucket: Bucket) {
    let operations = paths.paths.values_mut().flat_map(|item| [&mut item.get, &mut item.post]).flatten();
    for operation in operations {
        let mut refused = failed(429);
        refused.description = format!("`rate_limited`: more than {} calls in 60 seconds.", bucket.limit());
        operation.responses.responses.insert("429".to_owned(), RefOr::T(refused));
        for (_, response) in responses(operation) {
            for (name, description) in LIMIT_HEADERS {
                add_header(response, name, description);
            }
        }
    }
}

fn responses(operation: &mut Operation) -> impl Iterator<Item = (&str, &mut Response)> {
    operation.responses.responses.iter_mut().filter_map(|(status, response)| match response {
        RefOr::T(response) => Some((status.as_str(), response)),
        RefOr::Ref(_) => None,
    })
}

fn add_header(response: &mut Response, name: &str, description: &str) {
    let header: RefOr<Header> = RefOr::T(response_header(description));
    response.headers.entry(name.to_owned()).or_insert(header);
}
