//! JSON Web Keys (RFC 7517), the two kinds we meet, and their thumbprints (RFC 7638).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base64url;

/// A public key. Members of a private key are not named here, so they can be neither read nor printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum Jwk {
    /// The key of a DPoP proof: always P-256, for ES256.
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
    /// The key of an identity provider.
    #[serde(rename = "RSA")]
    Rsa {
        n: String,
        e: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kid: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alg: Option<String>,
        #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
        use_: Option<String>,
    },
}

impl Jwk {
    pub fn p256(x: &[u8; 32], y: &[u8; 32]) -> Self {
        Self::Ec { crv: P_256.into(), x: base64url::encode(x), y: base64url::encode(y) }
    }

    /// RFC 7638 §3: SHA-256 over the required members in lexicographic order, no white space.
    pub fn thumbprint(&self) -> String {
        let members = match self {
            Self::Ec { crv, x, y } => {
                format!(
                    r#"{{"crv":{},"kty":"EC","x":{},"y":{}}}"#,
                    quoted(crv),
                    quoted(x),
                    quoted(y)
                )
            }
            Self::Rsa { n, e, .. } => {
                format!(r#"{{"e":{},"kty":"RSA","n":{}}}"#, quoted(e), quoted(n))
            }
        };
        base64url::encode(Sha256::digest(members))
    }

    /// The uncompressed point `04 ‖ x ‖ y` of a P-256 key (SEC 1 §2.3.3); `None` for anything else.
    pub fn p256_point(&self) -> Option<[u8; 65]> {
        let Self::Ec { crv, x, y } = self else { return None };
        let (x, y) = (base64url::decode(x)?, base64url::decode(y)?);
        if crv != P_256 || x.len() != 32 || y.len() != 32 {
            return None;
        }
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&x);
        point[33..].copy_from_slice(&y);
        Some(point)
    }

    /// Modulus and exponent of an RSA key, big-endian.
    pub fn rsa_components(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let Self::Rsa { n, e, .. } = self else { return None };
        Some((base64url::decode(n)?, base64url::decode(e)?))
    }
}

/// A provider's keys. A key of a kind we do not know is passed over, as RFC 7517 §5 asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            keys: Vec<serde_json::Value>,
        }
        let keys = Wire::deserialize(deserializer)?.keys;
        Ok(Self {
            keys: keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect(),
        })
    }
}

impl JwkSet {
    /// The RSA keys that may have made a signature naming `kid`: that one, or all when none is named.
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |key| match (key, kid) {
            (Jwk::Rsa { kid: Some(own), .. }, Some(kid)) => own == kid,
            (Jwk::Rsa { .. }, _) => true,
            (Jwk::Ec { .. }, _) => false,
        })
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const P_256: &str = "P-256";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_of_rfc_7638() {
        let key = Jwk::Rsa {
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".into(),
            e: "AQAB".into(),
            kid: Some("2011-04-29".into()),
            alg: Some("RS256".into()),
            use_: None,
        };

        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn a_key_set_passes_over_keys_of_a_kind_it_does_not_know() {
        let set: JwkSet = serde_json::from_str(
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"a"},{"kty":"RSA","n":"AQ","e":"AQAB","kid":"1"}]}"#,
        )
        .unwrap();

        assert_eq!(set.keys.len(), 1);
        assert_eq!(set.candidates(Some("1")).count(), 1);
        assert_eq!(set.candidates(Some("2")).count(), 0);
        assert_eq!(set.candidates(None).count(), 1);
    }

    #[test]
    fn a_point_of_another_curve_or_length_is_refused() {
        let of = |crv: &str, x: &[u8]| Jwk::Ec {
            crv: crv.into(),
            x: base64url::encode(x),
            y: base64url::encode([2; 32]),
        };

        assert!(of("P-256", &[1; 32]).p256_point().is_some());
        assert!(of("P-384", &[1; 32]).p256_point().is_none());
        assert!(of("P-256", &[1; 31]).p256_point().is_none());
    }

    #[test]
    fn a_private_member_is_never_printed_back() {
        let key: Jwk =
            serde_json::from_str(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"secret"}"#)
                .unwrap();

        assert!(!serde_json::to_string(&key).unwrap().contains("secret"));
    }
}
