//! The lines of an audit anchor.
//!
//! A line has six fields, separated by spaces: time, chain, number of events, hash of the last
//! event, SHA-256 of the previous line, and signature of all that. After the heads of each round,
//! a line whose chain is `*` lists how many chains there are, with the SHA-256 of their names.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{Duration, SecondsFormat};
use portal_domain::Instant;
use portal_domain::platform::audit_anchor::{Anchored, ChainHead};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::portal::signature;

/// The chain of the line that ends a round.
const INVENTORY: &str = "*";

/// The longest time without a line, so that an old end of the file is noticed.
const QUIET: Duration = Duration::days(1);

/// The keys of the audit anchor. The first one signs; all of them verify.
pub struct AnchorKeys(Vec<(Zeroizing<Vec<u8>>, Vec<u8>)>);

impl AnchorKeys {
    /// The keys with these PKCS#8 documents.
    #[must_use]
    pub fn new(documents: Vec<Zeroizing<Vec<u8>>>) -> Self {
        let pair = |pkcs8: Zeroizing<Vec<u8>>| {
            let public = signature::public_key(&pkcs8)?;
            Some((pkcs8, public))
        };
        Self(documents.into_iter().filter_map(pair).collect())
    }

    /// Whether there is no key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn sign(&self, text: &str) -> Option<String> {
        let (pkcs8, _) = self.0.first()?;
        Some(BASE64.encode(signature::sign(pkcs8, text.as_bytes())?))
    }

    fn accept(&self, text: &str, signed: &str) -> bool {
        let Ok(signed) = BASE64.decode(signed) else { return false };
        self.0.iter().any(|(_, public)| signature::is_signed(public, text.as_bytes(), &signed))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hexadecimal.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// The number of chains, and the SHA-256 of their names.
fn inventory(anchored: &Anchored) -> ChainHead {
    let names: Vec<&str> = anchored.chains().collect();
    ChainHead {
        chain: INVENTORY.to_owned(),
        events: i64::try_from(names.len()).unwrap_or(i64::MAX),
        hash: Sha256::digest(names.join("\n")).to_vec(),
    }
}

/// Reads and writes the lines of one anchor, in order.
#[derive(Default)]
pub struct AnchorRecord {
    /// The heads on record.
    pub anchored: Anchored,
    /// The number of lines.
    pub lines: u64,
    /// The time of the last line.
    pub last: Option<Instant>,
    /// The SHA-256 of the last line; empty before the first.
    link: Vec<u8>,
}

impl AnchorRecord {
    /// Reads the next line, and returns its head unless it is an inventory. Fails if the line is
    /// not the genuine successor of the previous one.
    pub fn read(&mut self, line: &str, keys: &AnchorKeys) -> Result<Option<ChainHead>, String> {
        let number = self.lines + 1;
        let damaged = |what: &str| format!("line {number} {what}");
        let (text, signed) = line.rsplit_once(' ').ok_or_else(|| damaged("is not readable"))?;
        if !keys.accept(text, signed) {
            return Err(damaged("was changed, or signed with another key"));
        }
        let fields: Vec<&str> = text.split(' ').collect();
        let [at, chain, events, hash, link] = fields[..] else { return Err(damaged("is not readable")) };
        let parsed = (at.parse::<Instant>().ok(), events.parse().ok(), bytes_of(hash), bytes_of(link));
        let (Some(at), Some(events), Some(hash), Some(link)) = parsed else {
            return Err(damaged("is not readable"));
        };
        if link != self.link {
            return Err(damaged("does not follow the line before it"));
        }
        let head = ChainHead { chain: chain.to_owned(), events, hash };
        let head = if chain == INVENTORY {
            if head != inventory(&self.anchored) {
                return Err(damaged("lists other chains than the lines before it"));
            }
            None
        } else {
            if !self.anchored.add(head.clone()) {
                return Err(damaged("has a chain that became shorter"));
            }
            Some(head)
        };
        self.follow(line, at);
        Ok(head)
    }

    fn follow(&mut self, line: &str, at: Instant) {
        self.link = Sha256::digest(line).to_vec();
        self.lines += 1;
        self.last = Some(at);
    }

    /// The lines to append for these heads, which are newer than those on record: a line for each,
    /// then the inventory. Without heads, an inventory once a day.
    pub fn extend(&mut self, at: Instant, heads: Vec<ChainHead>, keys: &AnchorKeys) -> Option<String> {
        if heads.is_empty() && self.last.is_some_and(|last| at - last < QUIET) {
            return Some(String::new());
        }
        let mut added = Vec::new();
        for head in heads {
            added.push(self.line(at, &head, keys)?);
            let _longer = self.anchored.add(head);
        }
        added.push(self.line(at, &inventory(&self.anchored), keys)?);
        Some(added.concat())
    }

    fn line(&mut self, at: Instant, head: &ChainHead, keys: &AnchorKeys) -> Option<String> {
        let time = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let (hash, link) = (hexadecimal(&head.hash), hexadecimal(&self.link));
        let text = format!("{time} {} {} {hash} {link}", head.chain, head.events);
        let line = format!("{text} {}", keys.sign(&text)?);
        self.follow(&line, at);
        Some(line + "\n")
    }
}

/// The heads of a whole file, for verification: every recorded event of each chain.
#[derive(Default)]
pub struct AnchorPoints {
    /// The record, up to the first damaged line.
    pub record: AnchorRecord,
    /// The sequence numbers and hashes of the recorded events by chain, in order.
    pub points: BTreeMap<String, Vec<(i64, Vec<u8>)>>,
    /// What is wrong with the first damaged line.
    pub damage: Option<String>,
}

impl AnchorPoints {
    /// Reads the lines of a file.
    #[must_use]
    pub fn of(text: &str, keys: &AnchorKeys) -> Self {
        let mut found = Self::default();
        for line in text.lines() {
            match found.record.read(line, keys) {
                Ok(None) => {}
                Ok(Some(head)) => found.points.entry(head.chain).or_default().push((head.events, head.hash)),
                Err(damage) => {
                    found.damage = Some(damage);
                    break;
                }
            }
        }
        if found.damage.is_none() && found.record.lines == 0 {
            found.damage = Some("the file is empty".to_owned());
        }
        found
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
