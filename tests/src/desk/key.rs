use oauth::{
    base64url,
    dpop::{self, Claims},
    jwk::Jwk,
    jws, pkce,
};
use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};

/// A panel's P-256 key.
pub struct Key {
    pair: EcdsaKeyPair,
    pub public: Jwk,
}

impl Key {
    #[expect(clippy::new_without_default, reason = "two new keys are never the same")]
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| "no key was made")
            .and_then(|pkcs8| {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                    .map_err(|_| "the key made is no key")
            })
            .expect("ring reads the keys it makes");
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let coordinate = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).expect("a P-256 point");
        let public = Jwk::p256(&coordinate(x), &coordinate(y));
        Self { pair, public }
    }

    pub fn dpop(&self, claims: &Claims) -> String {
        self.dpop_showing(&self.public, claims)
    }

    /// Signed by this key, under the name of `shown`.
    pub fn dpop_showing(&self, shown: &Jwk, claims: &Claims) -> String {
        let input = dpop::signing_input(shown, claims);
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes());
        jws::with_signature(&input, signature.expect("ring signs").as_ref())
    }
}

pub fn verifier() -> pkce::Verifier {
    pkce::Verifier::from_random(random())
}

pub fn random_text() -> String {
    base64url::encode(random::<16>())
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}
