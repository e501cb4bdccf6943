//! The audit anchor: a record of the heads of all audit chains, kept outside the database. It
//! reveals what an attacker with access to the database cut from a chain, or replaced in it.

use std::collections::BTreeMap;

/// The end of an audit chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The name of the chain.
    pub chain: String,
    /// The number of its events.
    pub events: i64,
    /// The hash of its last event.
    pub hash: Vec<u8>,
}

/// How a chain differs from the anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnchorFinding {
    /// The database does not have the chain.
    Removed {
        /// The name of the chain.
        chain: String,
        /// The number of events on record.
        anchored: i64,
    },
    /// The chain has fewer events than the anchor.
    Cut {
        /// The name of the chain.
        chain: String,
        /// The number of its events.
        events: i64,
        /// The number of events on record.
        anchored: i64,
    },
    /// An event is not the one on record.
    Replaced {
        /// The name of the chain.
        chain: String,
        /// The sequence number of the event.
        event: i64,
    },
}

impl AnchorFinding {
    /// The name of the chain.
    #[must_use]
    pub fn chain(&self) -> &str {
        match self {
            Self::Removed { chain, .. } | Self::Cut { chain, .. } | Self::Replaced { chain, .. } => chain,
        }
    }

    /// What an operator reads.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Removed { chain, anchored } => {
                format!("{chain}: removed; the anchor has {anchored} events")
            }
            Self::Cut { chain, events, anchored } => {
                format!("{chain}: cut after event {events}; the anchor has {anchored} events")
            }
            Self::Replaced { chain, event } => {
                format!("{chain}: event {event} differs from the anchor")
            }
        }
    }
}

/// The heads on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchored(BTreeMap<String, ChainHead>);

impl Anchored {
    /// Adds a head. Returns `false` if the record has at least as many events of the chain: a
    /// genuine anchor never does that.
    #[must_use]
    pub fn add(&mut self, head: ChainHead) -> bool {
        let longer = self.0.get(&head.chain).is_none_or(|known| head.events > known.events);
        if longer {
            self.0.insert(head.chain.clone(), head);
        }
        longer
    }

    /// The names of all chains on record, in order.
    pub fn chains(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Compares the record with the current heads. Returns the heads to add, and every chain that
    /// is shorter than on record or ends in another event. Those are not added, so that the record
    /// keeps its evidence.
    #[must_use]
    pub fn compare(&self, current: &[ChainHead]) -> (Vec<ChainHead>, Vec<AnchorFinding>) {
        let by_name: BTreeMap<&str, &ChainHead> =
            current.iter().map(|head| (head.chain.as_str(), head)).collect();
        let findings = self.0.values().filter_map(|known| {
            let chain = known.chain.clone();
            match by_name.get(known.chain.as_str()) {
                None => Some(AnchorFinding::Removed { chain, anchored: known.events }),
                Some(head) if head.events < known.events => {
                    Some(AnchorFinding::Cut { chain, events: head.events, anchored: known.events })
                }
                Some(head) if head.events == known.events && head.hash != known.hash => {
                    Some(AnchorFinding::Replaced { chain, event: known.events })
                }
                Some(_) => None,
            }
        });
        let is_new = |head: &&ChainHead| {
            self.0.get(&head.chain).map_or(head.events > 0, |known| head.events > known.events)
        };
        (current.iter().filter(is_new).cloned().collect(), findings.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(chain: &str, events: i64, hash: u8) -> ChainHead {
        ChainHead { chain: chain.into(), events, hash: vec![hash] }
    }

    fn anchored(heads: &[ChainHead]) -> Anchored {
        let mut anchored = Anchored::default();
        assert!(heads.iter().all(|head| anchored.add(head.clone())));
        anchored
    }

    #[test]
    fn new_and_longer_chains_are_added_and_unchanged_or_empty_ones_are_not() {
        let record = anchored(&[head("a", 3, 1), head("b", 2, 2)]);
        let current = [head("a", 4, 9), head("b", 2, 2), head("c", 1, 5), head("d", 0, 0)];
        let (new, findings) = record.compare(&current);
        assert_eq!(new, [head("a", 4, 9), head("c", 1, 5)]);
        assert_eq!(findings, []);
    }

    #[test]
    fn a_cut_chain_a_removed_chain_and_a_replaced_event_are_found_and_not_added() {
        let record = anchored(&[head("a", 3, 1), head("b", 2, 2), head("c", 5, 3)]);
        let (new, findings) = record.compare(&[head("a", 2, 1), head("c", 5, 4)]);
        assert_eq!(new, []);
        assert_eq!(
            findings,
            [
                AnchorFinding::Cut { chain: "a".into(), events: 2, anchored: 3 },
                AnchorFinding::Removed { chain: "b".into(), anchored: 2 },
                AnchorFinding::Replaced { chain: "c".into(), event: 5 },
            ]
        );
    }

    #[test]
    fn a_record_never_gets_shorter() {
        let mut record = anchored(&[head("a", 3, 1)]);
        assert!(!record.add(head("a", 2, 1)));
        assert!(!record.add(head("a", 3, 2)));
        assert!(record.add(head("a", 4, 2)));
        assert_eq!(record.chains().collect::<Vec<_>>(), ["a"]);
    }
}
