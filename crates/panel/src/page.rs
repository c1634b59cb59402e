//! The page that the adapter serves: what it brings along, and where the panel mounts.

use salesforce::call_center::SalesforceSso;
use texts::Language;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element};

use crate::host::alone::Alone;

/// What the page says to the panel.
pub struct Page {
    pub organization: String,
    /// A first nonce saves the first call its repetition.
    pub dpop_nonce: Option<String>,
    pub origin: String,
    /// Where no console stands around the page.
    pub alone: Option<Alone>,
    pub search: String,
    /// The one that the browser asked the adapter for.
    pub language: Language,
    pub texts: crate::bridge::shelf::Files,
}

impl Page {
    pub fn read() -> Result<Self, JsValue> {
        let location = window()?.location();
        let organization = meta("cordboard-organization")?
            .ok_or_else(|| JsValue::from_str("the page names no organization"))?;
        let dpop_nonce = meta("cordboard-dpop-nonce")?;
        Ok(Self {
            organization,
            dpop_nonce,
            alone: alone()?,
            origin: location.origin()?,
            search: location.search()?,
            language: language()?,
            texts: texts()?,
        })
    }
}

/// Clears the placeholder away and hands out the element to mount into.
pub fn take_mount_point() -> Result<Element, JsValue> {
    let document = document()?;
    if let Some(boot) = document.get_element_by_id(BOOT) {
        boot.remove();
    }
    document
        .get_element_by_id(PANEL)
        .ok_or_else(|| JsValue::from_str("the page has no place for the panel"))
}

pub fn log(reason: &JsValue) {
    web_sys::console::error_1(reason);
}

fn alone() -> Result<Option<Alone>, JsValue> {
    let salesforce_sso = match meta("cordboard-salesforce-sso")? {
        Some(_) => SalesforceSso::Enabled,
        None => SalesforceSso::Disabled,
    };
    Ok(meta("cordboard-console")?.map(|console| Alone { console, salesforce_sso }))
}

fn language() -> Result<Language, JsValue> {
    let tag = document()?.document_element().and_then(|root| root.get_attribute("lang"));
    Ok(tag.and_then(|tag| Language::parse(&tag)).unwrap_or_default())
}

/// `en=/assets/texts-en-….txt fr=…`
fn texts() -> Result<crate::bridge::shelf::Files, JsValue> {
    let listed = meta("cordboard-texts")?.unwrap_or_default();
    let file = |item: &str| {
        let (tag, path) = item.split_once('=')?;
        Some((Language::parse(tag)?, path.to_owned()))
    };
    Ok(listed.split(' ').filter_map(file).collect())
}

fn meta(name: &str) -> Result<Option<String>, JsValue> {
    let element = document()?.query_selector(&format!("meta[name=\"{name}\"]"))?;
    let content = element.and_then(|element| element.get_attribute("content"));
    Ok(content.filter(|content| !content.is_empty()))
}

fn document() -> Result<Document, JsValue> {
    window()?.document().ok_or_else(|| JsValue::from_str("the window has no document"))
}

fn window() -> Result<web_sys::Window, JsValue> {
    js_sys::global().dyn_into().map_err(JsValue::from)
}

const BOOT: &str = "boot";
const PANEL: &str = "panel";
