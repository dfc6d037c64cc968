//! Alternatives that hold together: what a page of a list has, what follows a cursor has as well.
//!
//! The generator writes every choice as `oneOf`, which wants exactly one to hold. Where all that one alternative
//! requires is required by another one, the truth is `anyOf`.

use utoipa::openapi::schema::{AnyOfBuilder, ArrayItems, Schema};
use utoipa::openapi::{OpenApi, RefOr};

/// Sets the alternatives of a whole document right.
pub(super) fn loosen(document: &mut OpenApi) {
    let components = document.components.iter_mut().flat_map(|components| components.schemas.values_mut());
    components.for_each(loosen_schema);
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for response in operation.responses.responses.values_mut() {
                if let RefOr::T(response) = response {
                    response.content.values_mut().filter_map(content_schema).for_each(loosen_schema);
                }
            }
        }
    }
}

fn content_schema(content: &mut RefOr<utoipa::openapi::Content>) -> Option<&mut RefOr<Schema>> {
    match content {
        RefOr::T(content) => content.schema.as_mut(),
        RefOr::Ref(_) => None,
    }
}

fn loosen_schema(schema: &mut RefOr<Schema>) {
    let RefOr::T(inner) = schema else { return };
    match inner {
        Schema::Object(object) => object.properties.values_mut().for_each(loosen_schema),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                loosen_schema(items);
            }
        }
        Schema::AllOf(all) => all.items.iter_mut().for_each(loosen_schema),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(loosen_schema),
        Schema::OneOf(one) => {
            one.items.iter_mut().for_each(loosen_schema);
            if overlap(&one.items) {
                let any = one.items.drain(..).fold(AnyOfBuilder::new(), AnyOfBuilder::item);
                *inner = Schema::AnyOf(any.description(one.description.take()).build());
            }
        }
        _ => {}
    }
}

/// Whether what satisfies one of them can satisfy another one, too.
fn overlap(alternatives: &[RefOr<Schema>]) -> bool {
    let required: Vec<_> = alternatives
        .iter()
        .filter_map(|alternative| match alternative {
            RefOr::T(Schema::Object(object)) if !object.required.is_empty() => Some(&object.required),
            _ => None,
        })
        .collect();
    required.iter().enumerate().any(|(index, some)| {
        required.iter().enumerate().any(|(other, more)| index != other && some.iter().all(|name| more.contains(name)))
    })
}
