//! The text fields of requests, taken from the OpenAPI document.

use serde_json::{Value, json};

use crate::contract::{document, operations};

/// Where a field is in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// In the query.
    Query,
    /// In a JSON body.
    Json,
    /// In a form.
    Form,
}

/// A field of a request that takes a string.
#[derive(Clone, Debug)]
pub struct TextField {
    /// The method in uppercase.
    pub method: String,
    /// The documented path.
    pub path: String,
    /// Where the field is.
    pub part: Part,
    /// JSON Pointer in the body, with `-` for the items of a list; or the name of a parameter.
    pub pointer: String,
    /// The schema of the value.
    pub schema: Value,
}

impl TextField {
    /// The name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap()
    }

    /// The operation and the field, as one line.
    #[must_use]
    pub fn described(&self) -> String {
        let glue = match self.part {
            Part::Query => " ?",
            Part::Json => " ",
            Part::Form => " form ",
        };
        format!("{} {}{glue}{}", self.method, self.path, self.pointer)
    }

    /// Whether the documented schema allows this value.
    #[must_use]
    pub fn allows(&self, value: &str) -> bool {
        jsonschema::validator_for(&self.schema).unwrap().is_valid(&json!(value))
    }
}

/// Every field of every production operation that takes a string, apart from vocabularies, dates,
/// and files.
#[must_use]
pub fn text_fields() -> Vec<TextField> {
    let production = operations(document()).into_iter().filter(|found| !found.path.contains("/sandbox/"));
    let mut fields = Vec::new();
    for operation in production {
        let mut add = |part, pointer: String, schema: Value| {
            let (method, path) = (operation.method.clone(), operation.path.clone());
            fields.push(TextField { method, path, part, pointer, schema });
        };
        for parameter in operation.operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(parameter);
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                strings(&parameter["schema"], name, &mut |pointer, schema| add(Part::Query, pointer, schema));
            }
        }
        for (media_type, part) in
            [("application/json", Part::Json), ("application/x-www-form-urlencoded", Part::Form)]
        {
            let body = &operation.operation["requestBody"]["content"][media_type]["schema"];
            if body.is_object() {
                strings(body, "", &mut |pointer, schema| add(part, pointer, schema));
            }
        }
    }
    fields
}

fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(document().pointer(reference.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

fn strings(schema: &Value, at: &str, found: &mut impl FnMut(String, Value)) {
    let schema = resolved(schema);
    for word in ["allOf", "anyOf", "oneOf"] {
        schema[word].as_array().into_iter().flatten().for_each(|part| strings(part, at, found));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        strings(property, &format!("{at}/{name}"), found);
    }
    if schema["items"].is_object() {
        strings(&schema["items"], &format!("{at}/-"), found);
    }
    if schema["additionalProperties"].is_object() {
        strings(&schema["additionalProperties"], &format!("{at}/*"), found);
    }
    let format = schema["format"].as_str().unwrap_or_default();
    let is_text = schema["type"] == "string" && schema.get("enum").is_none();
    if is_text && !["date", "date-time", "binary"].contains(&format) {
        found(at.to_owned(), schema.clone());
    }
}
