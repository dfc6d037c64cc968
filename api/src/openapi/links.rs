//! What can be done with a resource that was just made, as links from its 201 to the operations on it.

use std::collections::BTreeMap;

use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::{OpenApi, RefOr};

/// Where the answer has the new resource's id.
const NEW_ID: &str = "$response.body#/data/id";

/// Links each operation that makes something to those on what it made: `POST /places` to `/places/{id}` and below.
pub(super) fn link(document: &mut OpenApi) {
    let targets: Vec<(String, Vec<String>)> =
        document.paths.paths.iter().map(|(path, item)| (path.clone(), operation_ids(item))).collect();
    for (path, item) in &mut document.paths.paths {
        let Some(post) = &mut item.post else { continue };
        let Some(RefOr::T(created)) = post.responses.responses.get_mut("201") else { continue };
        for (target, operations) in &targets {
            let Some(parameters) = parameters(path, target) else { continue };
            for operation in operations {
                let link = parameters.iter().fold(LinkBuilder::new().operation_id(operation), |link, (name, value)| {
                    link.parameter(name.as_str(), value.as_str())
                });
                created.links.insert(operation.clone(), link.build().into());
            }
        }
    }
}

fn operation_ids(item: &PathItem) -> Vec<String> {
    let operations = [&item.get, &item.post, &item.patch, &item.delete];
    operations.into_iter().flatten().filter_map(|operation| operation.operation_id.clone()).collect()
}

/// What the target's path is made of, if it begins with the collection and an id of something in it.
fn parameters(collection: &str, target: &str) -> Option<BTreeMap<String, String>> {
    let (name, rest) = target.strip_prefix(collection)?.strip_prefix("/{")?.split_once('}')?;
    // Below a part of the part, more than one thing would have to be known.
    if rest.contains('{') {
        return None;
    }
    let above = collection.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let above = above.map(|name| (name.to_owned(), format!("$request.path.{name}")));
    Some(above.chain([(name.to_owned(), NEW_ID.to_owned())]).collect())
}
