//! Deserializers of values in request bodies.

use chrono::NaiveDate;
use portal_domain::ground::text;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::http::extract::objects;

/// Parses text that a person wrote, with composed accents (domain rule R-214).
pub(crate) fn composed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text::composed(&text).into_owned())
}

/// Parses optional text that a person wrote; see [`composed`]. For
/// `#[serde(default, deserialize_with)]`.
pub(crate) fn given_composed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    composed(deserializer).map(Some)
}

/// Parses a required list of objects.
pub(crate) fn items<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    objects(deserializer)?.ok_or_else(|| D::Error::custom("must be a list"))
}

/// Parses an optional date in the form `2026-02-01` only (detail X-08). The parser of dates also
/// accepts `2026-2-1`, and years of more than four digits. For
/// `#[serde(default, deserialize_with)]`.
pub(crate) fn given_iso_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<NaiveDate>, D::Error> {
    iso_date(deserializer).map(Some)
}

/// Parses a required date; see [`given_iso_date`].
pub(crate) fn iso_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parsed = text.parse::<NaiveDate>().ok().filter(|date| text.len() == 10 && date.to_string() == text);
    parsed.ok_or_else(|| D::Error::custom("must be a day like 2026-02-01"))
}
