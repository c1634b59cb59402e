//! Verifying a running-user proof: the JWT that our Apex class signs for the user at the console.

use jiff::Timestamp;
use oauth::jws::{Algorithm, Compact};
use ring::signature;
use salesforce::{
    id::{OrganizationId, UserId},
    running_user::{Claims, PROOF_LIFETIME, PROOF_USE},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Membership, Standing};
use crate::organization::{Organization, Proof};

/// The user who sits at the console, as far as Salesforce vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningUser {
    pub user: UserId,
    pub standing: Standing,
    pub operator_id: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    /// Not yet known to be ours; whoever takes the proof consumes it.
    pub nonce: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the organisation requires no proof, so none counts")]
    Off,
    #[error("the proof is no JWT of ours")]
    Malformed,
    #[error("no pinned certificate signed the proof")]
    Signature,
    #[error("the proof is for `{0}`")]
    Audience(String),
    /// By how many minutes the clock that dated it is ahead of ours, as far as the proof shows.
    #[error("the proof has expired, or is dated in the future ({0:+} min)")]
    Expired(i64),
    #[error("the proof is of the organisation {0}")]
    Organization(OrganizationId),
    #[error("the proof was signed for another use")]
    Use,
    #[error("somebody is logged in as this user")]
    LoginAs,
}

/// Everything but the nonce, which only the store can tell to be ours, unused and bound to the panel's key.
pub fn verify(
    proof: &str,
    organization: &Organization,
    public_url: &str,
    now: Timestamp,
) -> Result<RunningUser, Refusal> {
    let Proof::Required { certificates } = &organization.proof else { return Err(Refusal::Off) };
    let compact = Compact::parse(proof).map_err(|_| Refusal::Malformed)?;
    if compact.header.alg != Algorithm::Rs256 {
        return Err(Refusal::Malformed);
    }
    // The header has no `kid`, so each pinned certificate is tried.
    if !certificates.iter().any(|certificate| signed(&compact, certificate)) {
        return Err(Refusal::Signature);
    }
    let claims: Claims =
        serde_json::from_slice(&compact.payload).map_err(|_| Refusal::Malformed)?;
    check(&claims, organization, public_url, now)?;
    Ok(RunningUser {
        user: claims.sub,
        standing: Standing {
            active: claims.active,
            user_type: claims.user_type,
            call_center: Membership::Of(claims.call_center),
        },
        operator_id: claims.operator_id.filter(|id| !id.is_empty()),
        username: claims.username,
        language: claims.language,
        nonce: claims.nonce,
    })
}

/// The public key of a pinned certificate, so that a wrong file is refused when it is entered.
pub fn check_certificate(pem: &str) -> Result<(), &'static str> {
    rsa_key(pem).map(|_| ()).ok_or("this is no PEM certificate with an RSA key")
}

fn signed(compact: &Compact<'_>, certificate: &str) -> bool {
    rsa_key(certificate).is_some_and(|key| {
        signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, key)
            .verify(compact.signing_input.as_bytes(), &compact.signature)
            .is_ok()
    })
}

/// The certificate is a container for its key: pinned, so neither its chain nor its dates are judged.
fn rsa_key(pem: &str) -> Option<Vec<u8>> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
    let (_, certificate) = X509Certificate::from_der(&pem.contents).ok()?;
    let info = certificate.public_key();
    match info.parsed() {
        Ok(x509_parser::public_key::PublicKey::RSA(_)) => {
            Some(info.subject_public_key.data.to_vec())
        }
        _ => None,
    }
}

fn check(
    claims: &Claims,
    organization: &Organization,
    public_url: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    if claims.use_ != PROOF_USE {
        return Err(Refusal::Use);
    }
    if claims.iss != organization.organization_id {
        return Err(Refusal::Organization(claims.iss));
    }
    if claims.aud.trim_end_matches('/') != public_url.trim_end_matches('/') {
        return Err(Refusal::Audience(claims.aud.chars().take(100).collect()));
    }
    // Salesforce's clock may differ from ours a little; the nonce has its own, stricter minute.
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    let too_old = claims.exp.saturating_add(SKEW) < now;
    let too_long = claims.exp > now + PROOF_LIFETIME + SKEW;
    let too_early = claims.nbf.or(claims.iat).is_some_and(|from| from > now + SKEW);
    if too_old || too_long || too_early {
        let dated = claims.iat.unwrap_or(claims.exp.saturating_sub(PROOF_LIFETIME));
        return Err(Refusal::Expired(minutes_ahead(dated, now)));
    }
    if claims.is_substitute() {
        return Err(Refusal::LoginAs);
    }
    Ok(())
}

/// Rounded: a proof is on its way for a moment.
fn minutes_ahead(dated: u64, now: u64) -> i64 {
    let (ahead, behind) = (dated.saturating_sub(now), now.saturating_sub(dated));
    let minutes = |seconds: u64| i64::try_from((seconds + 30) / 60).unwrap_or(i64::MAX);
    minutes(ahead) - minutes(behind)
}

/// Seconds.
const SKEW: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::tests::organization;
    use oauth::jws;
    use proptest::prelude::*;
    use ring::{rand::SystemRandom, rsa::KeyPair};

    #[test]
    fn a_proof_names_the_user_and_their_standing() {
        let user = check_claims(claims()).unwrap();

        assert_eq!(user.user.as_str(), "005xx000001Sv6AAAS");
        assert_eq!(user.operator_id.as_deref(), Some("op-1"));
        assert_eq!(user.language.as_deref(), Some("fr_CA"));
        assert!(user.standing.active);
    }

    #[test]
    fn each_of_several_certificates_is_tried() {
        let organization = Organization {
            proof: Proof::Required {
                certificates: vec![OTHER_CERTIFICATE.into(), CERTIFICATE.into()],
            },
            ..organization()
        };

        assert!(verify(&signed_by(KEY, &claims()), &organization, URL, now()).is_ok());
    }

    #[test]
    fn another_certificates_proof_is_refused() {
        let proof = signed_by(OTHER_KEY, &claims());

        assert_eq!(verify(&proof, &pinned(), URL, now()), Err(Refusal::Signature));
    }

    #[test]
    fn without_a_pinned_certificate_nothing_is_believed() {
        let organization =
            Organization { proof: Proof::Required { certificates: vec![] }, ..organization() };

        assert_eq!(
            verify(&signed_by(KEY, &claims()), &organization, URL, now()),
            Err(Refusal::Signature)
        );
        let off = Organization { proof: Proof::Off, ..organization };
        assert_eq!(verify(&signed_by(KEY, &claims()), &off, URL, now()), Err(Refusal::Off));
    }

    #[test]
    fn each_wrong_claim_has_its_own_refusal() {
        let other = "00Dxx0000000002EAA".parse().unwrap();
        let cases: [(Claims, Refusal); 7] = [
            (
                Claims { aud: "https://evil.example".into(), ..claims() },
                Refusal::Audience("https://evil.example".into()),
            ),
            (Claims { iss: other, ..claims() }, Refusal::Organization(other)),
            (Claims { use_: "something-else".into(), ..claims() }, Refusal::Use),
            (Claims { exp: NOW - 61, iat: None, ..claims() }, Refusal::Expired(-2)),
            (Claims { exp: NOW + 3_600, iat: None, ..claims() }, Refusal::Expired(59)),
            (Claims { iat: Some(NOW + 600), ..claims() }, Refusal::Expired(10)),
            (Claims { session_type: "SubstituteUser".into(), ..claims() }, Refusal::LoginAs),
        ];
        for (claims, refusal) in cases {
            assert_eq!(check_claims(claims), Err(refusal));
        }
    }

    #[test]
    fn a_token_signed_with_another_algorithm_is_no_proof() {
        let mut header = jws::Header::new(Algorithm::Es256);
        header.typ = Some("JWT".into());
        let input = jws::signing_input(&header, &claims());

        let proof = jws::with_signature(&input, &sign(KEY, &input));

        assert_eq!(verify(&proof, &pinned(), URL, now()), Err(Refusal::Malformed));
    }

    #[test]
    fn a_certificate_is_checked_when_it_is_entered() {
        assert!(check_certificate(CERTIFICATE).is_ok());
        assert!(check_certificate("nonsense").is_err());
    }

    proptest! {
        #[test]
        fn a_proof_with_any_changed_claim_is_refused(name in "[a-z]{1,8}") {
            let genuine = signed_by(KEY, &claims());
            let signature = genuine.rsplit('.').next().unwrap();
            let forged = Claims { operator_id: Some(name.clone()), ..claims() };
            let input = jws::signing_input(&jws::Header::new(Algorithm::Rs256), &forged);
            prop_assume!(name != "op-1");

            prop_assert_eq!(
                verify(&format!("{input}.{signature}"), &pinned(), URL, now()),
                Err(Refusal::Signature)
            );
        }
    }

    fn check_claims(claims: Claims) -> Result<RunningUser, Refusal> {
        verify(&signed_by(KEY, &claims), &pinned(), URL, now())
    }

    fn signed_by(key: &str, claims: &Claims) -> String {
        let input = jws::signing_input(&jws::Header::new(Algorithm::Rs256), claims);
        jws::with_signature(&input, &sign(key, &input))
    }

    fn sign(key: &str, input: &str) -> Vec<u8> {
        let (_, pem) = x509_parser::pem::parse_x509_pem(key.as_bytes()).unwrap();
        let pair = KeyPair::from_pkcs8(&pem.contents).unwrap();
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(
            &signature::RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            input.as_bytes(),
            &mut signature,
        )
        .unwrap();
        signature
    }

    fn claims() -> Claims {
        Claims {
            iss: "00Dxx0000000001EAA".parse().unwrap(),
            sub: "005xx000001Sv6AAAS".parse().unwrap(),
            aud: URL.into(),
            nonce: "nonce".into(),
            exp: NOW + 60,
            iat: Some(NOW),
            nbf: None,
            use_: PROOF_USE.into(),
            operator_id: Some("op-1".into()),
            call_center: Some("04vxx0000000001".parse().unwrap()),
            user_type: "Standard".into(),
            active: true,
            session_type: "Aura".into(),
            username: Some("anna@acme.example".into()),
            name: Some("Anna Agent".into()),
            language: Some("fr_CA".into()),
        }
    }

    fn pinned() -> Organization {
        Organization {
            proof: Proof::Required { certificates: vec![CERTIFICATE.into()] },
            ..organization()
        }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(NOW as i64).unwrap()
    }

    const NOW: u64 = 1_700_000_000;
    const URL: &str = "https://phone.example";
    // Made for these tests, and good for nothing else.
    const KEY: &str = include_str!("../../tests/keys/proof.key.pem");
    const CERTIFICATE: &str = include_str!("../../tests/keys/proof.certificate.pem");
    const OTHER_KEY: &str = include_str!("../../tests/keys/other.key.pem");
    const OTHER_CERTIFICATE: &str = include_str!("../../tests/keys/other.certificate.pem");
}
