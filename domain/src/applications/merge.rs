//! Three-way comparison of what a screen was filled with, what it says now, and what is on file now
//! (domain rule R-206).

/// A value or list that results from applying a screen to what is on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Merged<T, C> {
    /// The result. It has the screen's value where there is a conflict.
    pub(crate) result: T,
    /// What was changed on the screen and differently on file.
    pub(crate) conflicts: C,
}

enum Outcome {
    OnFile,
    Screen,
    Conflict,
}

/// Decides about one value. `before` is what the screen was filled with; `None` if the screen began
/// empty, so that nothing can have been removed knowingly.
fn outcome<T: PartialEq>(before: Option<Option<&T>>, screen: Option<&T>, on_file: Option<&T>) -> Outcome {
    match before {
        None if screen.is_none() => Outcome::OnFile,
        None => Outcome::Screen,
        Some(before) if screen == before || screen == on_file => Outcome::OnFile,
        Some(before) if on_file == before => Outcome::Screen,
        Some(_) => Outcome::Conflict,
    }
}

/// Merges one value. The second part is whether there is a conflict.
pub(crate) fn merge_value<T: Clone + PartialEq>(
    before: Option<&Option<T>>,
    screen: &Option<T>,
    on_file: &Option<T>,
) -> Merged<Option<T>, bool> {
    match outcome(before.map(Option::as_ref), screen.as_ref(), on_file.as_ref()) {
        Outcome::OnFile => Merged { result: on_file.clone(), conflicts: false },
        Outcome::Screen => Merged { result: screen.clone(), conflicts: false },
        Outcome::Conflict => Merged { result: screen.clone(), conflicts: true },
    }
}

/// Merges a list entry by entry. Entries with the same key are versions of each other. Conflicts are
/// positions on the screen, or `None` for an entry that was removed from it.
pub(crate) fn merge_list<T: Clone + PartialEq, K: PartialEq>(
    key: impl Fn(&T) -> K,
    before: Option<&[T]>,
    screen: &[T],
    on_file: &[T],
) -> Merged<Vec<T>, Vec<Option<usize>>> {
    let before = before.map(|before| keyed(&key, before));
    let (screen, on_file) = (keyed(&key, screen), keyed(&key, on_file));
    let added = screen.iter().filter(|entry| find(&on_file, &entry.key).is_none());
    let keys = on_file.iter().chain(added).map(|entry| &entry.key);
    let mut merged = Merged { result: Vec::new(), conflicts: Vec::new() };
    for key in keys {
        let (stated, current) = (find(&screen, key), find(&on_file, key));
        let known = before.as_ref().map(|before| find(before, key).map(|entry| entry.value));
        let (stated_value, current_value) =
            (stated.map(|entry| entry.value), current.map(|entry| entry.value));
        let result = match outcome(known, stated_value, current_value) {
            Outcome::OnFile => current_value,
            Outcome::Screen => stated_value,
            Outcome::Conflict => {
                merged.conflicts.push(stated.map(|entry| entry.index));
                stated_value
            }
        };
        merged.result.extend(result.cloned());
    }
    merged
}

/// What changes in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListChanges<T> {
    /// Entries that are not on file.
    pub added: Vec<T>,
    /// Entries on file, each with what it becomes.
    pub changed: Vec<(T, T)>,
    /// Entries that will no longer be on file.
    pub removed: Vec<T>,
}

impl<T> ListChanges<T> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

impl<T: Clone + PartialEq> ListChanges<T> {
    /// The changes from one list to another. The order of entries does not count.
    pub(crate) fn between<K: PartialEq>(key: impl Fn(&T) -> K, on_file: &[T], result: &[T]) -> Self {
        let (from, to) = (keyed(&key, on_file), keyed(&key, result));
        let mut changes = Self { added: vec![], changed: vec![], removed: vec![] };
        for entry in &to {
            match find(&from, &entry.key) {
                None => changes.added.push(entry.value.clone()),
                Some(was) if was.value != entry.value => {
                    changes.changed.push((was.value.clone(), entry.value.clone()));
                }
                Some(_) => {}
            }
        }
        let gone = from.iter().filter(|entry| find(&to, &entry.key).is_none());
        changes.removed.extend(gone.map(|entry| entry.value.clone()));
        changes
    }
}

struct Keyed<'a, T, K> {
    /// The key, and which of the entries with this key it is.
    key: (K, usize),
    index: usize,
    value: &'a T,
}

fn keyed<'a, T, K: PartialEq>(key: impl Fn(&T) -> K, entries: &'a [T]) -> Vec<Keyed<'a, T, K>> {
    let mut found: Vec<Keyed<'a, T, K>> = Vec::with_capacity(entries.len());
    for (index, value) in entries.iter().enumerate() {
        let key = key(value);
        let nth = found.iter().filter(|entry| entry.key.0 == key).count();
        found.push(Keyed { key: (key, nth), index, value });
    }
    found
}

fn find<'k, 'a, T, K: PartialEq>(
    entries: &'k [Keyed<'a, T, K>],
    key: &(K, usize),
) -> Option<&'k Keyed<'a, T, K>> {
    entries.iter().find(|entry| entry.key == *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Entry = (&'static str, i32);

    fn merged(
        before: Option<&[Entry]>,
        screen: &[Entry],
        on_file: &[Entry],
    ) -> Merged<Vec<Entry>, Vec<Option<usize>>> {
        merge_list(|entry| entry.0, before, screen, on_file)
    }

    #[test]
    fn r_206_each_entry_takes_the_side_that_changed_it() {
        for (before, screen, on_file, result) in [
            (vec![("a", 1)], vec![("a", 1)], vec![("a", 1)], vec![("a", 1)]),
            (vec![("a", 1)], vec![("a", 2)], vec![("a", 1)], vec![("a", 2)]),
            (vec![("a", 1)], vec![("a", 1)], vec![("a", 2)], vec![("a", 2)]),
            (vec![("a", 1)], vec![], vec![("a", 1)], vec![]),
            (vec![("a", 1)], vec![("a", 1)], vec![], vec![]),
            (vec![("a", 1)], vec![], vec![], vec![]),
            (vec![], vec![("b", 1)], vec![("a", 1)], vec![("a", 1), ("b", 1)]),
            (vec![("a", 1)], vec![("a", 2)], vec![("a", 2)], vec![("a", 2)]),
            (vec![("a", 1)], vec![("b", 1)], vec![("a", 1), ("c", 1)], vec![("c", 1), ("b", 1)]),
        ] {
            let found = merged(Some(&before), &screen, &on_file);
            assert_eq!(found, Merged { result, conflicts: vec![] }, "{before:?} {screen:?} {on_file:?}");
        }
    }

    #[test]
    fn r_206_different_changes_of_one_entry_conflict() {
        for (before, screen, on_file, conflict) in [
            (vec![("a", 1)], vec![("b", 1), ("a", 2)], vec![("a", 3)], Some(1)),
            (vec![("a", 1)], vec![], vec![("a", 3)], None),
            (vec![("a", 1)], vec![("a", 2)], vec![], Some(0)),
            (vec![], vec![("a", 2)], vec![("a", 3)], Some(0)),
        ] {
            let found = merged(Some(&before), &screen, &on_file);
            assert_eq!(found.conflicts, [conflict], "{before:?} {screen:?} {on_file:?}");
        }
    }

    #[test]
    fn r_206_a_screen_that_began_empty_adds_and_changes_but_removes_nothing() {
        let found = merged(None, &[("a", 2), ("c", 1)], &[("a", 1), ("b", 1)]);
        assert_eq!(found, Merged { result: vec![("a", 2), ("b", 1), ("c", 1)], conflicts: vec![] });
        assert_eq!(merge_value(None, &None, &Some(1)), Merged { result: Some(1), conflicts: false });
        assert_eq!(merge_value(None, &Some(2), &Some(1)), Merged { result: Some(2), conflicts: false });
    }

    #[test]
    fn r_206_entries_with_the_same_key_are_told_apart_by_their_order() {
        let twice = [("a", 1), ("a", 2)];
        let found = merged(Some(&twice), &[("a", 1), ("a", 3)], &twice);
        assert_eq!(found, Merged { result: vec![("a", 1), ("a", 3)], conflicts: vec![] });
    }

    #[test]
    fn r_206_changes_are_added_changed_or_removed_entries() {
        let changes = ListChanges::between(
            |entry: &Entry| entry.0,
            &[("a", 1), ("b", 1), ("c", 1)],
            &[("c", 1), ("b", 2), ("d", 1)],
        );
        assert_eq!(
            (changes.added.as_slice(), changes.removed.as_slice()),
            (&[("d", 1)][..], &[("a", 1)][..])
        );
        assert_eq!(changes.changed, [(("b", 1), ("b", 2))]);
        assert!(
            ListChanges::between(|entry: &Entry| entry.0, &[("a", 1), ("b", 1)], &[("b", 1), ("a", 1)])
                .is_empty()
        );
    }
}
