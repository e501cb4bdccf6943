//! Keyset pagination: a page starts after the last row of the previous page. Rows that are added or
//! removed in between cause no duplicates and no gaps.

/// One page of rows and whether more follow.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Whether there is at least one more row after them.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// Creates a page from up to `limit + 1` rows. The extra row only shows that more follow.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self { items: rows, has_more }
    }

    /// Maps each row; fails on the first error.
    pub fn try_map<U, E>(self, map: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(map).collect::<Result<_, _>>()?;
        Ok(Page { items, has_more: self.has_more })
    }
}
