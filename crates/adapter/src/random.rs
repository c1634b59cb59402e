//! Random numbers from the operating system.

/// A process that cannot have them must not go on: every token would be guessable.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// 128 random bits in hexadecimal: the id of a row.
pub fn id() -> String {
    bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 128 random bits in base64url.
pub fn token() -> String {
    oauth::base64url::encode(bytes::<16>())
}
