//! Keyset pages: a page starts after the last row of the one before, so rows that come or go in between are neither
//! shown twice nor skipped.

/// One page of rows and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Whether there is at least one more row after them.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// Makes a page from up to `limit + 1` rows: the last one only tells that more follow.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self { items: rows, has_more }
    }

    /// Maps each row.
    pub fn try_map<U, E>(self, map: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(map).collect::<Result<_, _>>()?;
        Ok(Page { items, has_more: self.has_more })
    }
}
