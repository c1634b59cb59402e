//! Cryptography for `str0m` without a C build: DTLS by `dimpl` in Rust, the rest by `ring`, which this crate
//! has anyway, and AES as a bare cipher by `aes` where SRTP wants it (RFC 3711 §4.3).

use std::{sync::Arc, time::Instant};

use aes::{
    Aes128, Aes256,
    cipher::{Array, BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher},
};
use dimpl::{Config, Dtls};
use ring::{aead, digest, hmac};
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, CryptoProvider,
    Sha1HmacProvider, Sha1Provider, Sha256Provider, SrtpProvider, SupportedAeadAes128Gcm,
    SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
    dtls::{
        DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion,
        ProtocolVersion,
    },
};

pub fn provider() -> CryptoProvider {
    CryptoProvider {
        srtp_provider: &Suite,
        sha1_hmac_provider: &Suite,
        sha1_provider: &Suite,
        sha256_provider: &Suite,
        dtls_provider: &Suite,
    }
}

#[derive(Debug)]
struct Suite;

// ── Digests ───────────────────────────────────────────────────────

impl Sha1HmacProvider for Suite {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
        let mut context = hmac::Context::with_key(&key);
        for payload in payloads {
            context.update(payload);
        }
        exactly(context.sign().as_ref())
    }
}

impl Sha1Provider for Suite {
    fn sha1(&self, data: &[u8]) -> [u8; 20] {
        exactly(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
    }
}

impl Sha256Provider for Suite {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        exactly(digest::digest(&digest::SHA256, data).as_ref())
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or_else(|_| unreachable!("a digest has the length of its kind"))
}

// ── SRTP ──────────────────────────────────────────────────────────

impl SrtpProvider for Suite {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Suite
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Suite
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Suite
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        encrypt_block::<Aes128>(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        encrypt_block::<Aes256>(key, input, output);
    }
}

fn encrypt_block<C>(key: &[u8], input: &[u8], output: &mut [u8])
where
    C: KeyInit + BlockCipherEncrypt + aes::cipher::BlockSizeUser,
{
    let (Ok(cipher), Ok(block)) = (C::new_from_slice(key), Array::try_from(input)) else {
        unreachable!("the key derivation's keys and blocks have the lengths of its cipher")
    };
    let mut block: Array<u8, C::BlockSize> = block;
    cipher.encrypt_block(&mut block);
    output[..block.len()].copy_from_slice(&block);
}

impl SupportedAes128CmSha1_80 for Suite {
    fn create_cipher(&self, key: [u8; 16], _encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(CounterMode(key))
    }
}

impl SupportedAeadAes128Gcm for Suite {
    fn create_cipher(&self, key: [u8; 16], _encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Gcm::new(&aead::AES_128_GCM, &key))
    }
}

impl SupportedAeadAes256Gcm for Suite {
    fn create_cipher(&self, key: [u8; 32], _encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Gcm::new(&aead::AES_256_GCM, &key))
    }
}

struct CounterMode([u8; 16]);

impl std::fmt::Debug for CounterMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CounterMode(…)")
    }
}

impl Aes128CmSha1_80Cipher for CounterMode {
    fn encrypt(
        &mut self,
        iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let mut keystream = ctr::Ctr128BE::<Aes128>::new(&self.0.into(), &(*iv).into());
        let output = &mut output[..input.len()];
        output.copy_from_slice(input);
        keystream.apply_keystream(output);
        Ok(())
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.encrypt(iv, input, output)
    }
}

#[derive(Debug)]
struct Gcm(aead::LessSafeKey);

impl Gcm {
    fn new(algorithm: &'static aead::Algorithm, key: &[u8]) -> Self {
        let Ok(key) = aead::UnboundKey::new(algorithm, key) else {
            unreachable!("the key has the length that its type says")
        };
        Self(aead::LessSafeKey::new(key))
    }

    fn seal(
        &self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let (text, tag) = output.split_at_mut(input.len());
        text.copy_from_slice(input);
        let nonce = aead::Nonce::assume_unique_for_key(*iv);
        let made = self.0.seal_in_place_separate_tag(nonce, aead::Aad::from(aad), text);
        let made = made.map_err(|_| CryptoError::Other("cannot be sealed".into()))?;
        tag[..made.as_ref().len()].copy_from_slice(made.as_ref());
        Ok(())
    }

    fn open(
        &self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let nonce = aead::Nonce::assume_unique_for_key(*iv);
        let mut sealed = input.to_vec();
        let opened = self.0.open_in_place(nonce, aead::Aad::from(aads.concat()), &mut sealed);
        let opened = opened.map_err(|_| CryptoError::Other("not sealed by the peer".into()))?;
        output[..opened.len()].copy_from_slice(opened);
        Ok(opened.len())
    }
}

/// Two traits of one shape, for two lengths of key.
macro_rules! sealing {
    ($($cipher:ident),*) => {$(
        impl $cipher for Gcm {
            fn encrypt(
                &mut self,
                iv: &[u8; 12],
                aad: &[u8],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<(), CryptoError> {
                self.seal(iv, aad, input, output)
            }

            fn decrypt(
                &mut self,
                iv: &[u8; 12],
                aads: &[&[u8]],
                input: &[u8],
                output: &mut [u8],
            ) -> Result<usize, CryptoError> {
                self.open(iv, aads, input, output)
            }
        }
    )*};
}

sealing!(AeadAes128GcmCipher, AeadAes256GcmCipher);

// ── DTLS ──────────────────────────────────────────────────────────

impl DtlsProvider for Suite {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        let made = rcgen::generate_simple_self_signed(vec!["pbx.localhost".to_owned()]).ok()?;
        Some(DtlsCert {
            certificate: made.cert.der().to_vec(),
            private_key: made.signing_key.serialize_der(),
        })
    }

    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        // ICE has proven the way back, which is all that the cookie would do.
        let mut config = Config::builder().use_server_cookie(false);
        if let Some(mtu) = mtu {
            config = config.mtu(mtu);
        }
        let config = config.build().map_err(|error| CryptoError::Other(error.to_string()))?;
        let (config, certificate) = (Arc::new(config), certificate.clone());
        let dtls = match version {
            DtlsVersion::Dtls12 => Dtls::new_12(config, certificate, now),
            _ => Dtls::new_auto(config, certificate, now),
        };
        Ok(Box::new(Connection(dtls)))
    }
}

struct Connection(Dtls);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection(…)")
    }
}

impl DtlsInstance for Connection {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buffer)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3711, appendix B.3: the first block of the cipher key's derivation.
    #[test]
    fn the_key_derivation_is_that_of_rfc_3711() {
        let master = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let mut input = hex("0EC675AD498AFEEBB6960B3AABE6");
        input.extend([0, 0]);
        let mut output = [0; 32];

        Suite.srtp_aes_128_ecb_round(&master, &input, &mut output);

        assert_eq!(output[..16], hex("C61E7A93744F39EE10734AFE3FF7A087"));
    }

    /// RFC 3711, appendix B.2.
    #[test]
    fn counter_mode_is_that_of_rfc_3711() {
        let key: [u8; 16] = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
        let iv: [u8; 16] = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
        let mut output = [0; 16];

        CounterMode(key).encrypt(&iv, &[0; 16], &mut output).unwrap();

        assert_eq!(output[..], hex("E03EAD0935C95E80E166B16DD92B4EB4"));
    }

    #[test]
    fn what_was_changed_on_the_way_is_not_opened() {
        let gcm = Gcm::new(&aead::AES_128_GCM, &[7; 16]);
        let (iv, aad) = ([1; 12], [2; 12]);
        let mut sealed = [0; 5 + 16];
        gcm.seal(&iv, &aad, b"hello", &mut sealed).unwrap();
        let mut opened = [0; 5];

        assert_eq!(gcm.open(&iv, &[&aad[..6], &aad[6..]], &sealed, &mut opened).unwrap(), 5);
        assert_eq!(&opened, b"hello");
        sealed[0] ^= 1;
        assert!(gcm.open(&iv, &[&aad], &sealed, &mut opened).is_err());
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2);
        digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }
}
