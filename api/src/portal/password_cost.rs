//! The password cost that this machine can afford.

use std::fs;

use crate::portal::settings::PasswordCost;

/// The lowest cost that production accepts, and the cost on machines with little memory.
pub const FLOOR: PasswordCost = PasswordCost { memory_kib: 19_456, iterations: 2 };

/// The cost on machines with enough memory.
pub const FULL: PasswordCost = PasswordCost { memory_kib: 65_536, iterations: 3 };

/// The memory that must be free for the full cost. Two hashes are computed at a time, so that they
/// take at most an eighth of it.
const NEEDED_KIB: u64 = 1024 * 1024;

/// The cost for this much free memory.
#[must_use]
pub fn affordable(free_kib: Option<u64>) -> PasswordCost {
    if free_kib.is_some_and(|free| free >= NEEDED_KIB) { FULL } else { FLOOR }
}

/// The memory that this process may still use, by the system and by its control group; `None` if
/// the system does not say.
#[must_use]
pub fn free_memory_kib() -> Option<u64> {
    let system = fs::read_to_string("/proc/meminfo").ok()?;
    let system = system.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let system: u64 = system.trim().strip_suffix("kB")?.trim().parse().ok()?;
    let group = |name: &str| -> Option<u64> {
        fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse().ok()
    };
    // Without a limit, the file says "max".
    let group = group("memory.max")
        .map(|limit| limit.saturating_sub(group("memory.current").unwrap_or_default()) / 1024);
    Some(group.map_or(system, |group| group.min(system)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_cost_needs_a_gibibyte_of_free_memory() {
        let memory = |free| affordable(free).memory_kib;
        assert_eq!(memory(Some(NEEDED_KIB)), 65_536);
        assert_eq!(memory(Some(NEEDED_KIB - 1)), 19_456);
        assert_eq!(memory(None), 19_456);
    }
}
