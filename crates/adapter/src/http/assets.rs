//! `GET /assets/{file}`: the panel's files, which bear a hash of their content in their name and so never
//! change, and the window's two, which are embedded.

use std::{collections::HashMap, fs, path::Path};

use super::extract::single;
use crate::{app::App, config::Manifest};
use anyhow::{Context as _, bail};
use axum::{
    body::Bytes,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub const WINDOW_STYLE: &str = concat!("/assets/window.css?", env!("CARGO_PKG_VERSION"));
pub const DONE_SCRIPT: &str = concat!("/assets/done.js?", env!("CARGO_PKG_VERSION"));

/// The built panel, in memory: it is small, and asked for by every console that opens.
#[derive(Debug)]
pub struct Assets {
    pub manifest: Manifest,
    files: HashMap<String, Asset>,
}

#[derive(Debug)]
struct Asset {
    content_type: &'static str,
    caching: &'static str,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Assets {
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let manifest = fs::read(folder.join("manifest.json")).with_context(|| {
            format!(
                "no panel in `{}`: `cargo xtask wasm` builds one, `assets` names its folder",
                folder.display()
            )
        })?;
        let manifest: Manifest =
            serde_json::from_slice(&manifest).context("the panel's manifest.json")?;
        let mut files = HashMap::new();
        let program = [&manifest.start, &manifest.glue, &manifest.wasm, &manifest.css];
        for name in program.into_iter().chain(manifest.texts.values()) {
            if name.contains('/') {
                bail!("the panel's manifest.json names `{name}`, which is no file of its folder");
            }
            let plain =
                fs::read(folder.join(name)).with_context(|| format!("the panel's `{name}`"))?;
            let variant = |ending: &str| {
                fs::read(folder.join(format!("{name}.{ending}"))).ok().map(Bytes::from)
            };
            let asset = Asset {
                content_type: content_type(name),
                caching: "public, max-age=31536000, immutable",
                plain: plain.into(),
                brotli: variant("br"),
                gzip: variant("gz"),
            };
            files.insert(name.clone(), asset);
        }
        for (name, text) in [
            ("window.css", include_str!("../../style/window.css")),
            ("done.js", include_str!("../../style/done.js")),
        ] {
            let asset = Asset {
                content_type: content_type(name),
                caching: "public, max-age=3600",
                plain: Bytes::from_static(text.as_bytes()),
                brotli: None,
                gzip: None,
            };
            files.insert(name.to_owned(), asset);
        }
        Ok(Self { manifest, files })
    }

    pub fn path(&self, name: &str) -> String {
        format!("/assets/{name}")
    }
}

pub async fn handle(
    State(app): State<App>,
    UrlPath(file): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    let Some(asset) = app.assets.files.get(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = single(&headers, header::ACCEPT_ENCODING.as_str()).unwrap_or_default();
    let (encoding, body) = match (&asset.brotli, &asset.gzip) {
        (Some(brotli), _) if accepts(accepted, "br") => (Some("br"), brotli),
        (_, Some(gzip)) if accepts(accepted, "gzip") => (Some("gzip"), gzip),
        _ => (None, &asset.plain),
    };
    let mut response = body.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(asset.caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// RFC 9110 §12.5.3; a quality of zero is a refusal.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let refused =
            parameters.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0_f32);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        // Anything else would keep the browser from compiling while it loads.
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_as_the_browser_accepts_them() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=1.0", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "br"));
    }

    #[test]
    fn a_folder_without_a_panel_says_how_to_build_one() {
        let folder = tempfile::tempdir().unwrap();

        let error = Assets::load(folder.path()).unwrap_err();

        assert!(error.to_string().contains("cargo xtask wasm"), "{error}");
    }
}
