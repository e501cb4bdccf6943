//! Pagination: `limit`, and an opaque cursor that is valid for one list with the same filters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portal_persistence::page::Page;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::http::problem::{Code, FieldError, Problem};

/// The number of items per page if the request has no `limit`.
pub const DEFAULT_LIMIT: i64 = 50;
/// The maximum number of items per page.
pub const MAX_LIMIT: i64 = 100;

/// The page that a request asks for. `binding` identifies the list with all of its filters.
#[derive(Clone, Debug)]
pub struct PageRequest {
    limit: i64,
    cursor: Option<String>,
    binding: String,
}

impl PageRequest {
    /// A page of the list that `binding` identifies. `limit` is clamped to 1 to [`MAX_LIMIT`].
    pub fn new(limit: Option<i64>, cursor: Option<String>, binding: String) -> Self {
        Self { limit: limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT), cursor, binding }
    }

    /// The number of items on the page.
    #[must_use]
    pub const fn limit(&self) -> i64 {
        self.limit
    }

    fn seal(&self) -> String {
        let digest = Sha256::digest(self.binding.as_bytes());
        URL_SAFE_NO_PAD.encode(digest.iter().take(6).copied().collect::<Vec<u8>>())
    }

    /// Returns the position after which the page starts; `None` for the first page. Fails if the
    /// cursor is malformed or belongs to another list.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let place = URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .filter(|bytes| serde_json::from_slice(bytes).is_ok_and(|value| is_storable(&value)))
            .and_then(|bytes| serde_json::from_slice::<(String, K)>(&bytes).ok())
            .filter(|(seal, _)| *seal == self.seal())
            .map(|(_, place)| place);
        place.map(Some).ok_or_else(|| {
            Problem::new(Code::invalid_cursor, "the cursor does not belong to this list with these filters")
                .errors(vec![FieldError::of("cursor", "invalid_cursor", "is not a cursor of this list")])
        })
    }

    /// Returns the cursor of the next page, if there is one. `place` returns a row's position in
    /// the list.
    pub fn next<T, K: Serialize>(&self, found: &Page<T>, place: impl FnOnce(&T) -> K) -> Option<String> {
        let last = found.items.last().filter(|_| found.has_more)?;
        serde_json::to_vec(&(self.seal(), place(last))).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// Whether a database can compare with every value in a cursor. Clients can write cursors by hand,
/// so NUL characters and years out of range are possible.
fn is_storable(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => {
            let instant = text.parse::<chrono::DateTime<chrono::Utc>>().ok();
            let date = text.parse::<chrono::NaiveDate>().ok();
            !text.contains('\0')
                && instant.is_none_or(|instant| is_storable_instant(&instant).is_ok())
                && date.is_none_or(|date| (1..=9999).contains(&chrono::Datelike::year(&date)))
        }
        serde_json::Value::Array(items) => items.iter().all(is_storable),
        _ => true,
    }
}

/// Checks that an instant is in the years 1 to 9999, which both databases support; for
/// `#[validate(custom)]`.
pub fn is_storable_instant(
    instant: &chrono::DateTime<chrono::Utc>,
) -> Result<(), validator::ValidationError> {
    use chrono::Datelike;
    match instant.year() {
        1..=9999 => Ok(()),
        _ => Err(validator::ValidationError {
            message: Some("must be in the years 1 to 9999".into()),
            ..validator::ValidationError::new("range")
        }),
    }
}

/// Declares the body of a list: a page of items and the cursor of the next page.
macro_rules! list_view {
    ($(#[$meta:meta])* $name:ident of $item:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// The items on this page.
            pub items: Vec<$item>,
            /// Send it as `cursor` to get the next page. Absent on the last page.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub next_cursor: Option<String>,
        }

        impl $crate::http::page::ListView for $name {
            fn next_cursor(&self) -> Option<&str> {
                self.next_cursor.as_deref()
            }
        }
    };
}
pub(crate) use list_view;

/// The body of a list.
pub trait ListView: Serialize {
    /// The cursor of the next page, if there is one.
    fn next_cursor(&self) -> Option<&str>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_valid_for_one_list_only() {
        let page = |cursor, binding: &str| PageRequest::new(None, cursor, binding.into());
        let found = Page { items: vec![("Adams", 7)], has_more: true };
        let cursor = page(None, "agents").next(&found, |place| *place);
        assert_eq!(page(None, "agents").next(&Page { has_more: false, ..found }, |place| *place), None);
        let place = page(cursor.clone(), "agents").after::<(String, i64)>().unwrap();
        assert_eq!(place, Some(("Adams".into(), 7)));
        assert!(page(cursor, "audit").after::<(String, i64)>().is_err());
        assert!(page(Some("nonsense".into()), "agents").after::<(String, i64)>().is_err());
        assert_eq!(page(None, "agents").after::<(String, i64)>().unwrap(), None);
    }

    #[test]
    fn a_forged_cursor_with_values_the_database_cannot_compare_is_refused() {
        let page = |cursor| PageRequest::new(None, cursor, "agents".into());
        for place in
            ["a\u{0}", "-9999-01-01T00:00:00Z", "+20000-01-01T00:00:00Z", "-4800-01-01", "+12000-01-01"]
        {
            let found = Page { items: vec![(place, 1)], has_more: true };
            let cursor = page(None).next(&found, |place| *place);
            assert!(page(cursor).after::<(String, i64)>().is_err(), "{place:?}");
        }
    }
}
