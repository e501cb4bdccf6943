//! What holds for every operation of the OpenAPI document and is derived from it, so that no
//! operation states it.

use utoipa::openapi::path::{Operation, Parameter, PathItem};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi as Document, RefOr, Response};

use super::openapi::{problem, text_header};

/// Completes the document: operation ids are the handlers' names in camel case, absent values are
/// absent rather than `null`, and operations with an `Idempotency-Key` can be replayed and can be
/// refused because of the key.
pub fn complete(document: &mut Document) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            name(operation);
            replayable(operation);
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(Parameter { schema: Some(schema), .. }) = parameter {
                    without_null(schema);
                }
            }
        }
    }
    for schema in document.components.iter_mut().flat_map(|components| components.schemas.values_mut()) {
        without_null(schema);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// A generated name is that of the handler's function.
fn name(operation: &mut Operation) {
    let Some(id) = &mut operation.operation_id else { return };
    let mut words = id.split('_').map(str::to_owned).collect::<Vec<_>>();
    for word in words.iter_mut().skip(1) {
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
    }
    *id = words.concat();
}

/// A POST with an `Idempotency-Key` can return its first response again, and is refused if the key
/// was used for another request.
fn replayable(operation: &mut Operation) {
    let named = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.name == "Idempotency-Key");
    if !operation.parameters.iter().flatten().any(named) {
        return;
    }
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(Response { headers, .. }) = response
            && status.starts_with('2')
        {
            let text = "`true` if this is the stored response to an earlier request.";
            headers.insert("Idempotency-Replayed".into(), text_header(text).into());
        }
    }
    responses
        .entry("422".into())
        .or_insert_with(|| problem("The Idempotency-Key was used for another request.").build().into());
}

/// Optional values are left out, never `null`.
fn without_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(one_of)) = schema {
        one_of.items.retain(|item| !is_null(item));
        if let [RefOr::Ref(only)] = one_of.items.as_slice() {
            let mut only = only.clone();
            if let Some(description) = &one_of.description {
                only.description.clone_from(description);
            }
            *schema = RefOr::Ref(only);
        }
    }
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            drop_null(&mut object.schema_type);
            object.properties.values_mut().for_each(without_null);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                without_null(values);
            }
        }
        Schema::Array(array) => {
            drop_null(&mut array.schema_type);
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                without_null(items);
            }
        }
        Schema::OneOf(composite) => composite.items.iter_mut().for_each(without_null),
        Schema::AllOf(composite) => composite.items.iter_mut().for_each(without_null),
        Schema::AnyOf(composite) => composite.items.iter_mut().for_each(without_null),
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    let null = SchemaType::Type(Type::Null);
    matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == null)
}

fn drop_null(schema_type: &mut SchemaType) {
    if let SchemaType::Array(types) = schema_type {
        types.retain(|kind| *kind != Type::Null);
        if let [only] = types.as_slice() {
            *schema_type = SchemaType::Type(only.clone());
        }
    }
}
