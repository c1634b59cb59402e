//! The organisation's keys: one signs running-user proofs and stands in a certificate, one signs ID tokens,
//! and those that a fault asks for are made when it first does.

use std::sync::OnceLock;

use anyhow::Context;
use oauth::{base64url, jwk::Jwk, jws};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rsa::{PrivateKey, pkcs8::EncodePrivateKey, traits::PublicKeyParts};
use serde::Serialize;

use crate::org::clock;

/// The unique name in *Setup > Certificate and Key Management*.
pub const CERTIFICATE_NAME: &str = "Cordboard";

pub struct Keys {
    /// Signs running-user proofs. Its tokens name no key: Salesforce's `Auth.JWS` cannot set `kid`.
    pub proof: SigningKey,
    /// The certificate an administrator exports and pins, in PEM.
    pub certificate: String,
    /// Signs ID tokens; `/id/keys` publishes it.
    pub id_token: SigningKey,
    next_proof: OnceLock<(SigningKey, String)>,
    next_id_token: OnceLock<SigningKey>,
    stranger: OnceLock<SigningKey>,
}

impl Keys {
    pub fn generate() -> anyhow::Result<Self> {
        let proof = SigningKey::generate()?;
        let certificate = self_signed(&proof, &[], CERTIFICATE_NAME)?;
        Ok(Self {
            proof,
            certificate,
            id_token: SigningKey::generate()?,
            next_proof: OnceLock::new(),
            next_id_token: OnceLock::new(),
            stranger: OnceLock::new(),
        })
    }

    /// What a rotated certificate's key signs, and that certificate.
    pub fn next_proof(&self) -> (&SigningKey, &str) {
        let (key, certificate) = self.next_proof.get_or_init(|| {
            let key = one_more();
            let certificate = self_signed(&key, &[], CERTIFICATE_NAME);
            (key, certificate.expect("a certificate like this one has been made at start"))
        });
        (key, certificate)
    }

    /// The key after [`Self::id_token`].
    pub fn next_id_token(&self) -> &SigningKey {
        self.next_id_token.get_or_init(one_more)
    }

    /// A key that nobody has published. Made when a fault first needs it.
    pub fn stranger(&self) -> &SigningKey {
        self.stranger.get_or_init(one_more)
    }
}

fn one_more() -> SigningKey {
    SigningKey::generate().expect("a key of this size has been generated at start")
}

pub struct SigningKey {
    pair: RsaKeyPair,
    pkcs8: Vec<u8>,
    jwk: Jwk,
}

impl SigningKey {
    /// 2048 bits, as Salesforce's self-signed certificates have by default.
    pub fn generate() -> anyhow::Result<Self> {
        let mut rng = rsa::rand_core::UnwrapErr(getrandom::SysRng);
        let private = PrivateKey::new(&mut rng, 2048).context("cannot generate an RSA key")?;
        let pkcs8 = private.to_pkcs8_der().context("cannot encode an RSA key")?.as_bytes().to_vec();
        let pair =
            RsaKeyPair::from_pkcs8(&pkcs8).map_err(|error| anyhow::anyhow!("RSA key: {error}"))?;
        let mut jwk = Jwk::Rsa {
            n: base64url::encode(private.n_bytes()),
            e: base64url::encode(private.e_bytes()),
            kid: None,
            alg: Some("RS256".into()),
            use_: Some("sig".into()),
        };
        let thumbprint = jwk.thumbprint();
        if let Jwk::Rsa { kid, .. } = &mut jwk {
            *kid = Some(thumbprint);
        }
        Ok(Self { pair, pkcs8, jwk })
    }

    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub fn kid(&self) -> Option<String> {
        match &self.jwk {
            Jwk::Rsa { kid, .. } => kid.clone(),
            Jwk::Ec { .. } => None,
        }
    }

    /// A compact JWS with RS256. The header's `kid` is the caller's: a stranger's key may bear another's.
    pub fn sign(&self, kid: Option<String>, claims: &impl Serialize) -> String {
        let mut header = jws::Header::new(jws::Algorithm::Rs256);
        header.kid = kid;
        let input = jws::signing_input(&header, claims);
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature)
            .expect("the buffer has the modulus's length, and no other condition can fail");
        jws::with_signature(&input, &signature)
    }

    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

/// A self-signed certificate for `key`, in PEM.
pub fn self_signed(key: &SigningKey, hosts: &[&str], common_name: &str) -> anyhow::Result<String> {
    let pkcs8 = rustls::pki_types::PrivatePkcs8KeyDer::from(key.pkcs8());
    let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8, &rcgen::PKCS_RSA_SHA256)?;
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut parameters = rcgen::CertificateParams::new(hosts)?;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, common_name);
    // One year, as Salesforce's; from yesterday, so that no clock finds it too young.
    let today = clock::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = |date: jiff::civil::Date| {
        rcgen::date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    parameters.not_before = date(today.saturating_sub(jiff::Span::new().days(1)));
    parameters.not_after = date(today.saturating_add(jiff::Span::new().days(365)));
    Ok(parameters.self_signed(&pair)?.pem())
}

/// `bytes` bytes of the operating system's randomness, in base64url.
pub fn random_text(bytes: usize) -> String {
    base64url::encode(random_bytes(bytes))
}

/// The same in hexadecimal, as Salesforce writes the frame's nonce.
pub fn random_hex(bytes: usize) -> String {
    random_bytes(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random_bytes(bytes: usize) -> Vec<u8> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).expect("the operating system gives randomness");
    random
}
