//! Appends to the audit anchor. Several instances on one machine can share its file.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use portal_domain::Instant;
use portal_domain::platform::audit_anchor::{AnchorFinding, ChainHead};
use zeroize::Zeroizing;

use super::record::{AnchorKeys, AnchorPoints, AnchorRecord};

/// The audit anchor of a portal.
pub struct AuditAnchor {
    path: Option<PathBuf>,
    keys: AnchorKeys,
    read: Mutex<ReadSoFar>,
}

#[derive(Default)]
struct ReadSoFar {
    record: AnchorRecord,
    bytes: u64,
}

impl ReadSoFar {
    /// Reads what this or another process appended.
    fn catch_up(&mut self, file: &mut File, keys: &AnchorKeys) -> Result<(), String> {
        file.seek(SeekFrom::Start(self.bytes)).map_err(|error| error.to_string())?;
        let mut reader = BufReader::new(file);
        let mut line = String::new();
        while reader.read_line(&mut line).map_err(|error| error.to_string())? > 0 {
            let Some(text) = line.strip_suffix('\n') else {
                return Err(format!("line {} is incomplete", self.record.lines + 1));
            };
            let _head = self.record.read(text, keys)?;
            self.bytes += u64::try_from(line.len()).unwrap_or(u64::MAX);
            line.clear();
        }
        Ok(())
    }
}

impl AuditAnchor {
    /// The anchor in this file, if there is one. Fails if a file has no key.
    pub fn new(path: Option<&str>, keys: Vec<Zeroizing<Vec<u8>>>) -> Result<Self, String> {
        let keys = AnchorKeys::new(keys);
        if path.is_some() && keys.is_empty() {
            return Err("audit_anchor: the keys have no anchor_keys".to_owned());
        }
        Ok(Self { path: path.map(PathBuf::from), keys, read: Mutex::default() })
    }

    /// Whether there is a file.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.path.is_some()
    }

    /// Appends the heads that are new, and returns how the chains contradict the record. Blocks.
    pub fn append(&self, at: Instant, current: &[ChainHead]) -> Result<Vec<AnchorFinding>, String> {
        let Some(path) = &self.path else { return Ok(vec![]) };
        self.append_to(path, at, current).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn append_to(
        &self,
        path: &Path,
        at: Instant,
        current: &[ChainHead],
    ) -> Result<Vec<AnchorFinding>, String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: std::io::Error| error.to_string();
        let mut file = open(path).map_err(failed)?;
        file.lock().map_err(failed)?;
        if file.metadata().map_err(failed)?.len() < read.bytes {
            tracing::warn!(file = %path.display(), "the audit anchor is shorter than before; a new record starts");
            *read = ReadSoFar::default();
        }
        read.catch_up(&mut file, &self.keys)?;
        let (new, findings) = read.record.anchored.compare(current);
        let text = read.record.extend(at, new, &self.keys).ok_or("the lines could not be signed")?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        match written {
            Ok(()) => read.bytes += u64::try_from(text.len()).unwrap_or(u64::MAX),
            Err(error) => {
                // What was written is read again the next time.
                *read = ReadSoFar::default();
                return Err(failed(error));
            }
        }
        Ok(findings)
    }

    /// Reads an anchor, for verification.
    pub fn points(&self, path: &Path) -> Result<AnchorPoints, String> {
        if self.keys.is_empty() {
            return Err("the keys have no anchor_keys".to_owned());
        }
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(AnchorPoints::of(&text, &self.keys))
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
