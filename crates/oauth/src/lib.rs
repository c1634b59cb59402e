//! OAuth 2.0 and OpenID Connect as they stand on the wire.
//!
//! A tongue: types, parsers and printers, nothing decided and nothing signed. Signatures are bytes that
//! come in or go out: the panel signs by WebCrypto, `identity` verifies, so this crate builds for the
//! browser and for the adapter alike.

#![forbid(unsafe_code)]

pub mod authorization;
pub mod dpop;
pub mod id_token;
pub mod jwk;
pub mod jws;
pub mod pkce;
pub mod token;

/// base64url without padding, as RFC 7515 §2 defines it for every part of a JWS.
pub mod base64url {
    use base64ct::{Base64UrlUnpadded, Encoding as _};

    pub fn encode(bytes: impl AsRef<[u8]>) -> String {
        Base64UrlUnpadded::encode_string(bytes.as_ref())
    }

    /// Refuses padding, white space and the characters of the other base64 alphabet.
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        Base64UrlUnpadded::decode_vec(text).ok()
    }
}
