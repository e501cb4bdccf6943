//! The memory that files in transfer may use, in both directions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web;
use portal_domain::ground::id::UserId;

/// The memory that all requests together may use for files. Each user has a share, so that many or
/// slow transfers of one user do not block the others.
pub struct TransferMemory {
    /// The maximum for all users together, in bytes.
    most: usize,
    /// The maximum for one user, in bytes.
    most_of_one: usize,
    taken: Mutex<Taken>,
}

struct Taken {
    /// The bytes received or loaded, for all users together.
    all: usize,
    /// The bytes announced, by user. Users without any have no entry.
    by: BTreeMap<UserId, usize>,
}

/// Why a transfer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferRefusal {
    /// The user's share is in use.
    UserLimit,
    /// All memory for transfers is in use.
    TotalLimit,
}

impl std::fmt::Display for TransferRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::UserLimit => "you have too many file transfers in progress",
            Self::TotalLimit => "the server has too many file transfers in progress",
        })
    }
}

impl TransferMemory {
    /// Allows `most` bytes for all users together, and `most_of_one` bytes for each.
    #[must_use]
    pub const fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, taken: Mutex::new(Taken { all: 0, by: BTreeMap::new() }) }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number of bytes of the [`TransferMemory`], released on drop.
pub struct Reservation {
    memory: Arc<TransferMemory>,
    /// The user whose share is used; `None` if no user is signed in, which the guard refuses.
    user: Option<UserId>,
    bytes: usize,
    share: usize,
}

impl Reservation {
    /// Reserves nothing yet.
    #[must_use]
    pub const fn none(memory: Arc<TransferMemory>, user: Option<UserId>) -> Self {
        Self { memory, user, bytes: 0, share: 0 }
    }

    /// Reserves memory for a file of `bytes` bytes that is sent to this user. Call it before loading
    /// the file.
    pub fn outgoing(memory: Arc<TransferMemory>, user: UserId, bytes: u64) -> Result<Self, TransferRefusal> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut reservation = Self::none(memory, Some(user));
        reservation.claim(bytes)?;
        reservation.more(bytes)?;
        Ok(reservation)
    }

    /// Increases the use of the user's share to `bytes` in total.
    pub fn claim(&mut self, bytes: usize) -> Result<(), TransferRefusal> {
        let more = bytes.saturating_sub(self.share);
        let Some(user) = self.user.filter(|_| more > 0) else { return Ok(()) };
        let mut taken = self.memory.taken();
        let share = taken.by.get(&user).copied().unwrap_or_default().saturating_add(more);
        if share > self.memory.most_of_one {
            return Err(TransferRefusal::UserLimit);
        }
        taken.by.insert(user, share);
        self.share = bytes;
        Ok(())
    }

    /// Increases the memory reserved by `bytes`.
    pub fn more(&mut self, bytes: usize) -> Result<(), TransferRefusal> {
        let mut taken = self.memory.taken();
        let all = taken.all.saturating_add(bytes);
        if all > self.memory.most {
            return Err(TransferRefusal::TotalLimit);
        }
        taken.all = all;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Releases everything.
    pub fn release(&mut self) {
        let mut taken = self.memory.taken();
        taken.all = taken.all.saturating_sub(self.bytes);
        if let Some(user) = self.user {
            let share = taken.by.get(&user).copied().unwrap_or_default().saturating_sub(self.share);
            match share {
                0 => taken.by.remove(&user),
                _ => taken.by.insert(user, share),
            };
        }
        (self.bytes, self.share) = (0, 0);
    }

    /// The file, which keeps its memory reserved until its last slice is dropped.
    #[must_use]
    pub fn filled(self, file: Vec<u8>) -> web::Bytes {
        web::Bytes::from_owner(Outgoing { file, _reservation: self })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.release();
    }
}

/// An outgoing file, and the memory that it uses.
struct Outgoing {
    file: Vec<u8>,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Outgoing {
    fn as_ref(&self) -> &[u8] {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::new(0, [n; 10])
    }

    #[test]
    fn all_users_share_the_total_and_release_it() {
        let memory = Arc::new(TransferMemory::new(10, 100));
        let mut one = Reservation::none(Arc::clone(&memory), Some(user(1)));
        let mut other = Reservation::none(Arc::clone(&memory), None);
        assert!(one.more(4).is_ok() && one.more(2).is_ok() && other.more(4).is_ok());
        assert_eq!(other.more(1), Err(TransferRefusal::TotalLimit));
        drop(other);
        assert!(one.more(4).is_ok());
        assert_eq!(one.more(1), Err(TransferRefusal::TotalLimit));
        drop(one);
        assert_eq!(memory.taken().all, 0);
    }

    #[test]
    fn a_user_has_a_share_and_leaves_the_rest_to_others() {
        let memory = Arc::new(TransferMemory::new(100, 20));
        let none = |n: u8| Reservation::none(Arc::clone(&memory), Some(user(n)));
        let (mut first, mut second, mut third, mut others) = (none(1), none(1), none(1), none(2));
        assert!(first.claim(10).is_ok() && second.claim(9).is_ok());
        assert_eq!(third.claim(2), Err(TransferRefusal::UserLimit));
        assert!(third.claim(1).is_ok() && others.claim(20).is_ok());
        assert!(first.claim(10).is_ok() && first.claim(3).is_ok(), "already claimed");
        assert_eq!(first.claim(11), Err(TransferRefusal::UserLimit));
        drop(second);
        assert!(first.claim(19).is_ok());
        first.release();
        drop((first, third, others));
        assert!(memory.taken().by.is_empty());
        assert_eq!(memory.taken().all, 0);
    }

    #[test]
    fn an_outgoing_file_keeps_its_memory_until_the_last_slice_is_dropped() {
        let memory = Arc::new(TransferMemory::new(100, 20));
        let share = || memory.taken().by.get(&user(7)).copied();
        let outgoing = |bytes: u64| Reservation::outgoing(Arc::clone(&memory), user(7), bytes);
        assert!(outgoing(20).is_ok());
        assert_eq!(share(), None, "released unused");
        let mut file = outgoing(5).ok().unwrap().filled(b"12345".to_vec());
        let slice = file.split_to(2);
        drop(file);
        assert_eq!((slice.as_ref(), share()), (b"12".as_slice(), Some(5)));
        assert_eq!(outgoing(u64::MAX).err(), Some(TransferRefusal::UserLimit));
        drop(slice);
        assert_eq!(share(), None);
    }
}
