//! The languages of this build: a file each, of which the panel loads those that somebody reads.

use texts::{Catalogue, Language};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

#[derive(Clone, PartialEq)]
pub struct Shelf {
    /// In the language of the page.
    pub first: &'static Catalogue,
    files: Files,
}

/// Where each language's texts are.
pub type Files = Vec<(Language, String)>;

impl Shelf {
    /// With the texts of `language`; nothing where they cannot be loaded.
    pub async fn open(files: Files, language: Language) -> Option<Self> {
        let first = load(&files, language).await?;
        Some(Self { first, files })
    }

    pub async fn load(self, language: Language) -> Option<&'static Catalogue> {
        load(&self.files, language).await
    }
}

async fn load(files: &Files, language: Language) -> Option<&'static Catalogue> {
    let (_, path) = files.iter().find(|(one, _)| *one == language)?;
    let response = JsFuture::from(web_sys::window()?.fetch_with_str(path)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let file = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    // Each language is loaded once, and its texts are drawn for as long as the page lives.
    Some(Box::leak(Box::new(Catalogue::from_file(file.leak())?)))
}
