//! Verifying an ID token (OpenID Connect Core §3.1.3.7).

use jiff::Timestamp;
use oauth::{
    id_token::Claims,
    jwk::JwkSet,
    jws::{Algorithm, Compact},
};
use ring::signature;
use salesforce::{
    id::{OrganizationId, UserId},
    user::parse_identity_url,
};

/// What the token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The provider's issuer, and for Salesforce also the generic hosts that older organisations name.
    pub issuers: &'a [&'a str],
    pub client_id: &'a str,
    pub nonce: &'a str,
}

/// Who the token is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub organization: OrganizationId,
    pub user: UserId,
}

/// Each names the check that failed; none carries anything of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("malformed")]
    Malformed,
    #[error("algorithm")]
    Algorithm,
    /// The provider may have changed its keys: fetch them once more before giving up.
    #[error("key")]
    Key,
    #[error("signature")]
    Signature,
    #[error("issuer")]
    Issuer,
    #[error("audience")]
    Audience,
    #[error("expired")]
    Expired,
    #[error("nonce")]
    Nonce,
    #[error("subject")]
    Subject,
}

pub fn verify(
    token: &str,
    keys: &JwkSet,
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<Subject, Refusal> {
    let compact = Compact::parse(token).map_err(|malformed| match malformed {
        oauth::jws::Malformed::Header => Refusal::Algorithm,
        _ => Refusal::Malformed,
    })?;
    if compact.header.alg != Algorithm::Rs256 {
        return Err(Refusal::Algorithm);
    }
    verify_signature(&compact, keys)?;
    let claims: Claims =
        serde_json::from_slice(&compact.payload).map_err(|_| Refusal::Malformed)?;
    if !expected.issuers.contains(&claims.iss.trim_end_matches('/')) {
        return Err(Refusal::Issuer);
    }
    let other_party = claims.azp.as_deref().is_some_and(|party| party != expected.client_id);
    if !claims.aud.is_only(expected.client_id) || other_party {
        return Err(Refusal::Audience);
    }
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    if claims.exp.saturating_add(SKEW) < now || claims.iat > now + SKEW {
        return Err(Refusal::Expired);
    }
    let nonce = claims.nonce.as_deref().ok_or(Refusal::Nonce)?;
    if !crate::keys::same(nonce, expected.nonce) {
        return Err(Refusal::Nonce);
    }
    let (organization, user) = parse_identity_url(&claims.sub).ok_or(Refusal::Subject)?;
    Ok(Subject { organization, user })
}

fn verify_signature(compact: &Compact<'_>, keys: &JwkSet) -> Result<(), Refusal> {
    let mut candidates = keys.candidates(compact.header.kid.as_deref()).peekable();
    if candidates.peek().is_none() {
        return Err(Refusal::Key);
    }
    let verifies = |(n, e): (Vec<u8>, Vec<u8>)| {
        signature::RsaPublicKeyComponents { n, e }
            .verify(
                &signature::RSA_PKCS1_2048_8192_SHA256,
                compact.signing_input.as_bytes(),
                &compact.signature,
            )
            .is_ok()
    };
    let verified = candidates.filter_map(oauth::jwk::Jwk::rsa_components).any(verifies);
    if verified { Ok(()) } else { Err(Refusal::Signature) }
}

/// Seconds.
const SKEW: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::{base64url, id_token::Audience, jwk::Jwk, jws};
    use ring::{rand::SystemRandom, rsa::KeyPair};

    #[test]
    fn a_genuine_token_names_its_subject() {
        let subject = check(&claims()).unwrap();

        assert_eq!(subject.user.as_str(), "005xx000001Sv6AAAS");
        assert_eq!(subject.organization.as_str(), "00Dxx0000000001EAA");
    }

    #[test]
    fn each_wrong_claim_is_named() {
        let cases: [(Claims, Refusal); 9] = [
            (Claims { iss: "https://evil.example".into(), ..claims() }, Refusal::Issuer),
            (Claims { aud: Audience::One("other".into()), ..claims() }, Refusal::Audience),
            (
                Claims { aud: Audience::Many(vec!["client".into(), "other".into()]), ..claims() },
                Refusal::Audience,
            ),
            (Claims { azp: Some("other".into()), ..claims() }, Refusal::Audience),
            (Claims { exp: NOW - 61, ..claims() }, Refusal::Expired),
            (Claims { iat: NOW + 61, ..claims() }, Refusal::Expired),
            (Claims { nonce: None, ..claims() }, Refusal::Nonce),
            (Claims { nonce: Some("other".into()), ..claims() }, Refusal::Nonce),
            (Claims { sub: "anna".into(), ..claims() }, Refusal::Subject),
        ];
        for (claims, refusal) in cases {
            assert_eq!(check(&claims), Err(refusal), "{claims:?}");
        }
    }

    #[test]
    fn a_key_that_the_provider_does_not_publish_is_told_from_a_wrong_signature() {
        let unknown = JwkSet { keys: vec![jwk(KEY, "2")] };
        let other = JwkSet { keys: vec![jwk(OTHER_KEY, "1")] };

        let with = |keys: &JwkSet| verify(&signed(&claims()), keys, expected(), now());
        assert_eq!(with(&unknown), Err(Refusal::Key));
        assert_eq!(with(&other), Err(Refusal::Signature));
    }

    #[test]
    fn an_unsigned_token_is_refused_for_its_algorithm() {
        let header = base64url::encode(r#"{"alg":"none"}"#);
        let payload = base64url::encode(serde_json::to_vec(&claims()).unwrap());

        let keys = JwkSet { keys: vec![jwk(KEY, "1")] };
        let refusal = verify(&format!("{header}.{payload}."), &keys, expected(), now());
        assert_eq!(refusal, Err(Refusal::Algorithm));
    }

    fn check(claims: &Claims) -> Result<Subject, Refusal> {
        verify(&signed(claims), &JwkSet { keys: vec![jwk(KEY, "1")] }, expected(), now())
    }

    fn signed(claims: &Claims) -> String {
        let mut header = jws::Header::new(Algorithm::Rs256);
        header.kid = Some("1".into());
        let input = jws::signing_input(&header, claims);
        let pair = pair(KEY);
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(
            &signature::RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            input.as_bytes(),
            &mut signature,
        )
        .unwrap();
        jws::with_signature(&input, &signature)
    }

    fn jwk(key: &str, kid: &str) -> Jwk {
        let components = signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair(key).public());
        Jwk::Rsa {
            n: base64url::encode(components.n),
            e: base64url::encode(components.e),
            kid: Some(kid.into()),
            alg: None,
            use_: None,
        }
    }

    fn pair(key: &str) -> KeyPair {
        let (_, pem) = x509_parser::pem::parse_x509_pem(key.as_bytes()).unwrap();
        KeyPair::from_pkcs8(&pem.contents).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            iss: "https://acme.my.salesforce.com".into(),
            sub: "https://login.salesforce.com/id/00Dxx0000000001EAA/005xx000001Sv6AAAS".into(),
            aud: Audience::One("client".into()),
            exp: NOW + 120,
            iat: NOW,
            nonce: Some("nonce".into()),
            azp: None,
        }
    }

    fn expected() -> Expected<'static> {
        Expected {
            issuers: &["https://acme.my.salesforce.com"],
            client_id: "client",
            nonce: "nonce",
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(NOW as i64).unwrap()
    }

    const NOW: u64 = 1_700_000_000;
    const KEY: &str = include_str!("../../tests/keys/proof.key.pem");
    const OTHER_KEY: &str = include_str!("../../tests/keys/other.key.pem");
}
