//! Nothing that we did not make is taken for a session token, a state or a phrase.
#![no_main]

use identity::{
    keys::Keys,
    session::{Token, TokenKind},
    sign_in::transaction::TransactionId,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let keys = Keys::from_secret(&[1; 32]);
    assert_eq!(Token::parse(text, TokenKind::Access, &keys), None);
    assert_eq!(Token::parse(text, TokenKind::Refresh, &keys), None);
    assert_eq!(TransactionId::from_state(text, &keys), None);
    assert_eq!(keys.unseal("name", text.as_bytes()), Err(identity::keys::NotOurs));
    let _ = TransactionId::parse(text);
});
