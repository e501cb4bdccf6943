//! The one place that draws random bytes.

#![expect(clippy::disallowed_methods, reason = "this module is where randomness comes from")]

/// Fills a buffer from the operating system's generator.
///
/// # Panics
/// When the operating system gives none: nothing secret can be made then, and going on would be worse.
pub fn fill(buffer: &mut [u8]) {
    #[expect(clippy::panic, reason = "without randomness no token may be issued")]
    if let Err(error) = getrandom::fill(buffer) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

/// A number of random bytes.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    fill(&mut buffer);
    buffer
}
