//! The DPoP key: P-256 by WebCrypto, not extractable, in memory, gone with the page.

use std::cell::OnceCell;

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use oauth::{
    dpop::{self, Claims},
    jwk::Jwk,
    jws,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Made when first needed, once, however many calls need it at the same time.
#[derive(Default)]
pub struct Key {
    pair: OnceCell<Promise>,
    public: OnceCell<Jwk>,
}

impl Key {
    /// A DPoP proof with these claims.
    pub async fn proof(&self, claims: &Claims) -> Result<String, JsValue> {
        let pair = JsFuture::from(self.pair()?).await?;
        let signing_input = dpop::signing_input(&self.public(&pair).await?, claims);
        let algorithm = algorithm("hash", "SHA-256")?;
        let private = member(&pair, "privateKey")?;
        // WebCrypto's ECDSA answers r ‖ s, 64 bytes, which is what RFC 7518 §3.4 asks of ES256.
        let signature = subtle()?.sign_with_object_and_u8_array(
            &algorithm,
            &private,
            signing_input.as_bytes(),
        )?;
        let signature = Uint8Array::new(&JsFuture::from(signature).await?).to_vec();
        Ok(jws::with_signature(&signing_input, &signature))
    }

    fn pair(&self) -> Result<Promise, JsValue> {
        if let Some(pair) = self.pair.get() {
            return Ok(pair.clone());
        }
        let usages = Array::of1(&JsValue::from_str("sign"));
        let algorithm = algorithm("namedCurve", "P-256")?;
        let pair = subtle()?.generate_key_with_object(&algorithm, false, &usages)?;
        Ok(self.pair.get_or_init(|| pair).clone())
    }

    /// The public half can be exported whatever `extractable` says (Web Cryptography, *ECDSA, generate
    /// key*).
    async fn public(&self, pair: &JsValue) -> Result<Jwk, JsValue> {
        if let Some(public) = self.public.get() {
            return Ok(public.clone());
        }
        let exported = subtle()?.export_key("raw", &member(pair, "publicKey")?)?;
        let point = Uint8Array::new(&JsFuture::from(exported).await?).to_vec();
        let public =
            from_point(&point).ok_or_else(|| JsValue::from_str("no uncompressed P-256 point"))?;
        Ok(self.public.get_or_init(|| public).clone())
    }
}

/// SEC 1 §2.3.3: `04 ‖ x ‖ y`.
fn from_point(point: &[u8]) -> Option<Jwk> {
    let coordinates = point.strip_prefix(&[4])?;
    let (x, y) = coordinates.split_first_chunk::<32>()?;
    Some(Jwk::p256(x, y.try_into().ok()?))
}

fn algorithm(name: &str, value: &str) -> Result<Object, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"ECDSA".into())?;
    Reflect::set(&algorithm, &name.into(), &value.into())?;
    Ok(algorithm)
}

fn member(pair: &JsValue, name: &str) -> Result<CryptoKey, JsValue> {
    Reflect::get(pair, &name.into())?.dyn_into()
}

/// Absent where the page is no secure context.
fn subtle() -> Result<SubtleCrypto, JsValue> {
    let subtle = web_sys::window().ok_or(JsValue::NULL)?.crypto()?.subtle();
    match subtle.is_undefined() {
        true => Err(JsValue::from_str("the page has no WebCrypto: it is no secure context")),
        false => Ok(subtle),
    }
}
