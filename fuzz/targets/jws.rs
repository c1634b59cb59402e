//! Tokens and keys as strangers send them: compact JWS, DPoP proofs, key sets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::{dpop::Proof, id_token, jwk::JwkSet, jws::Compact};

fuzz_target!(|text: &str| {
    if let Ok(compact) = Compact::parse(text) {
        let _ = serde_json::from_slice::<id_token::Claims>(&compact.payload);
        let _ = serde_json::from_slice::<salesforce::running_user::Claims>(&compact.payload);
    }
    if let Ok(proof) = Proof::parse(text) {
        assert!(proof.key.p256_point().is_some());
        assert_eq!(proof.key.thumbprint().len(), 43);
    }
    let _ = serde_json::from_str::<JwkSet>(text);
});
