//! The only module that generates random bytes.

#![expect(clippy::disallowed_methods, reason = "this module is where randomness comes from")]

/// Fills a buffer from the operating system's generator.
///
/// # Panics
/// Panics if the operating system provides no random bytes, because no secret can be generated
/// then.
pub fn fill(buffer: &mut [u8]) {
    #[expect(clippy::panic, reason = "without randomness no token may be issued")]
    if let Err(error) = getrandom::fill(buffer) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

/// Returns `N` random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}
