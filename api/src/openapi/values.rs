//! What schemas can tell of the values that requests carry, by the name of the field or parameter: the same names mean the
//! same everywhere, and are read by the same types of the domain.

use domain::Currency;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ArrayItems, Object, Schema, SchemaFormat};
use utoipa::openapi::{PathItem, RefOr};

/// Describes the fields of an object that a request carries.
pub(super) fn describe_fields(body: &mut Object) {
    for (name, schema) in &mut body.properties {
        describe(name, schema);
    }
}

/// Describes the parameters of all paths and queries.
pub(super) fn describe_parameters(document: &mut OpenApi) {
    let operations = document.paths.paths.values_mut().flat_map(|item| {
        let PathItem { get, post, patch, delete, .. } = item;
        [get, post, patch, delete]
    });
    let parameters = operations.flatten().filter_map(|operation| operation.parameters.as_mut()).flatten();
    for parameter in parameters {
        if let RefOr::T(Parameter { name, parameter_in: ParameterIn::Path | ParameterIn::Query, schema, .. }) =
            parameter
            && let Some(schema) = schema
        {
            describe(name, schema);
        }
    }
}

fn describe(name: &str, schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => describe_value(name, object),
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                describe(name, items);
            }
        }
        RefOr::T(_) | RefOr::Ref(_) => {}
    }
}

fn describe_value(name: &str, object: &mut Object) {
    if let Some(pattern) = pattern(name) {
        object.pattern = Some(pattern.to_owned());
    }
    match name {
        "currency" => {
            object.enum_values = Some(Currency::ALL.iter().map(|currency| Value::from(currency.code())).collect());
        }
        // Of the IANA database, which is too long for a list.
        "time_zone" => object.format = Some(SchemaFormat::Custom("time-zone".to_owned())),
        "price" => object.exclusive_minimum = Some(0.into()),
        _ => {}
    }
}

/// What the text of a value looks like. Whatever is taken matches; what matches may still be refused for what it says.
fn pattern(name: &str) -> Option<&'static str> {
    match name {
        "check_in_time" | "check_out_time" => Some(r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        "locale" => Some(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"),
        "phone" => Some(r"^[\s.()-]*\+([ .()-]*[0-9]){7,15}[\s.()-]*$"),
        "amenities" | "code" => Some(r"^[a-z0-9_]{1,64}$"),
        "price" | "price_min" | "price_max" => Some(r"^[0-9]+(\.[0-9]+)?$"),
        _ => None,
    }
}
