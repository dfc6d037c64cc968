//! Bodies of requests as they are read: a field that is not offered is refused, and so is `null` in the place of a body.
//! What their values look like: see [`super::values`].

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Schema, SchemaType, Type};
use utoipa::openapi::{Content, OpenApi, RefOr};

use super::values;

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Closes the schemas of all bodies, and of what is in them.
pub(super) fn close(document: &mut OpenApi) {
    let mut names = BTreeSet::new();
    let Some(components) = &mut document.components else { return };
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
            for schema in body_schemas(operation) {
                never_null(schema);
                collect(schema, &components.schemas, &mut names);
            }
        }
    }
    let closed: Vec<_> =
        names.into_iter().filter_map(|name| Some((closed(&name, &components.schemas)?, name))).collect();
    for (object, name) in closed {
        components.schemas.insert(name, object.into());
    }
}

fn body_schemas(operation: &mut Operation) -> impl Iterator<Item = &mut RefOr<Schema>> {
    let body = operation.request_body.iter_mut().filter_map(|body| match body {
        RefOr::T(body) => Some(body),
        RefOr::Ref(_) => None,
    });
    body.flat_map(|body| body.content.values_mut()).filter_map(|content| match content {
        RefOr::T(Content { schema, .. }) => schema.as_mut(),
        RefOr::Ref(_) => None,
    })
}

/// A body that may be left out is there or not: it is never `null`.
fn never_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(choice)) = schema {
        choice.items.retain(|item| !is_null(item));
        if choice.items.len() == 1 {
            *schema = choice.items.remove(0);
        }
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null))
}

fn name_of(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

/// The names of a schema and of all that it is made of.
fn collect(schema: &RefOr<Schema>, all: &Schemas, names: &mut BTreeSet<String>) {
    if let Some(name) = name_of(schema) {
        if let Some(named) = all.get(name).filter(|_| names.insert(name.to_owned())) {
            collect(named, all, names);
        }
        return;
    }
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => object.properties.values().for_each(|property| collect(property, all, names)),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &array.items {
                collect(items, all, names);
            }
        }
        Schema::AllOf(parts) => parts.items.iter().for_each(|part| collect(part, all, names)),
        Schema::OneOf(choice) => choice.items.iter().for_each(|item| collect(item, all, names)),
        Schema::AnyOf(choice) => choice.items.iter().for_each(|item| collect(item, all, names)),
        _ => {}
    }
}

/// An object without further fields. Parts that are put together become one object: each of them, closed by itself,
/// would refuse the fields of the others.
fn closed(name: &str, all: &Schemas) -> Option<Schema> {
    let mut object = merged(all.get(name)?, all)?;
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    values::describe_fields(&mut object);
    Some(object.into())
}

fn merged(schema: &RefOr<Schema>, all: &Schemas) -> Option<Object> {
    if let Some(name) = name_of(schema) {
        return merged(all.get(name)?, all);
    }
    match schema {
        RefOr::T(Schema::Object(object)) if !object.properties.is_empty() => Some(object.clone()),
        RefOr::T(Schema::AllOf(parts)) => {
            let mut whole = Object::new();
            whole.description.clone_from(&parts.description);
            for part in &parts.items {
                let part = merged(part, all)?;
                whole.properties.extend(part.properties);
                whole.required.extend(part.required);
            }
            Some(whole)
        }
        _ => None,
    }
}
