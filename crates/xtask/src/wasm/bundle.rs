//! Files that a browser may keep for ever: each bears the hash of its content in its name and has its
//! compressed forms beside it. `manifest.json` says which belong together and is written last, so a
//! reader never sees half a bundle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::Path,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What goes in.
pub struct Parts {
    pub wasm: Vec<u8>,
    pub glue: Vec<u8>,
    pub css: Option<Vec<u8>>,
    /// By the language's tag.
    pub texts: BTreeMap<String, Vec<u8>>,
}

/// The names that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub start: String,
    pub glue: String,
    pub wasm: String,
    pub css: Option<String>,
    /// By the language's tag.
    pub texts: BTreeMap<String, String>,
}

impl Manifest {
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let json = fs::read(&path).with_context(|| path.display().to_string())?;
        let json: Value = serde_json::from_slice(&json)?;
        let name = |key| {
            let name =
                json[key].as_str().with_context(|| format!("{} has no `{key}`", path.display()));
            Ok::<_, anyhow::Error>(name?.to_owned())
        };
        Ok(Self {
            start: name("start")?,
            glue: name("glue")?,
            wasm: name("wasm")?,
            css: name("css").ok(),
            texts: serde_json::from_value(json["texts"].clone()).unwrap_or_default(),
        })
    }

    fn to_json(&self) -> Value {
        let Self { start, glue, wasm, texts, .. } = self;
        let mut json = json!({ "start": start, "glue": glue, "wasm": wasm, "texts": texts });
        if let Some(css) = &self.css {
            json["css"] = css.as_str().into();
        }
        json
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        [&self.start, &self.glue, &self.wasm]
            .into_iter()
            .chain(&self.css)
            .chain(self.texts.values())
    }
}

/// Whether `folder` holds, complete, what `inputs` make.
pub fn is_current(folder: &Path, inputs: &str) -> bool {
    let same = fs::read_to_string(folder.join(INPUTS)).is_ok_and(|before| before == inputs);
    same && Manifest::read(folder).is_ok_and(|manifest| {
        let files =
            manifest.names().flat_map(|name| SUFFIXES.map(|suffix| format!("{name}{suffix}")));
        files.into_iter().all(|file| folder.join(file).is_file())
    })
}

pub fn write(folder: &Path, parts: &Parts, inputs: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let glue = write_file(folder, "panel", "js", &parts.glue)?;
    let wasm = write_file(folder, "panel_bg", "wasm", &parts.wasm)?;
    let css =
        parts.css.as_deref().map(|css| write_file(folder, "panel", "css", css)).transpose()?;
    let start = write_file(folder, "start", "js", start_script(&glue, &wasm).as_bytes())?;
    let texts = parts.texts.iter().map(|(tag, content)| {
        Ok((tag.clone(), write_file(folder, &format!("texts-{tag}"), "txt", content)?))
    });
    let texts = texts.collect::<Result<_>>()?;
    let manifest = Manifest { start, glue, wasm, css, texts };

    replace(folder, MANIFEST, manifest.to_json().to_string().as_bytes())?;
    replace(folder, INPUTS, inputs.as_bytes())?;
    remove_others(folder, &manifest)
}

/// Changes whenever the way from parts to files does.
pub fn recipe() -> String {
    digest(
        format!(
            "{} short names, mute panics, one way in, no leftovers of the linker, no indents, two contexts, three sizes",
            start_script("", "")
        )
        .as_bytes(),
    )
}

pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The page's entry. A panel that cannot start says so in the words that the page brought along.
/// After a trap nothing of the panel runs, so what it last drew would be a lie: the page's own words stand there
/// instead, which are in the page because texts may be what fails.
fn start_script(glue: &str, wasm: &str) -> String {
    format!(
        r#"import {{ initSync }} from "./{glue}";
const boot = document.getElementById("boot");
const fail = () => {{
  boot.textContent = boot.dataset.failed;
  boot.setAttribute("role", "alert");
  document.getElementById("panel").replaceChildren(boot);
}};
const trapped = (reason) => reason instanceof WebAssembly.RuntimeError && fail();
addEventListener("error", (event) => trapped(event.error));
addEventListener("unhandledrejection", (event) => trapped(event.reason));
const module = WebAssembly.compileStreaming(fetch(new URL("./{wasm}", import.meta.url)));
module.then((module) => initSync({{ module }})).catch((reason) => {{
  fail();
  console.error(reason);
}});
"#
    )
}

fn write_file(folder: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
    let name = format!("{stem}-{}.{extension}", digest(content));
    for (suffix, bytes) in
        [("", content.to_vec()), (".br", brotli(content)?), (".gz", gzip(content)?)]
    {
        replace(folder, &format!("{name}{suffix}"), &bytes)?;
    }
    Ok(name)
}

/// By which bytes before it a byte is foretold: the first suits texts, the second code (RFC 7932 §7.1, the context mode
/// MSB6). In which pieces, as powers of two, is a matter of luck, and tried.
fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    use brotli::enc::backward_references::BrotliEncoderMode as Mode;
    let mut best: Option<Vec<u8>> = None;
    for mode in [Mode::BROTLI_MODE_GENERIC, Mode::BROTLI_FORCE_MSB_PRIOR] {
        for lgblock in [16, 17, 18] {
            let parameters = brotli::enc::BrotliEncoderParams {
                mode,
                lgblock,
                quality: 11,
                lgwin: 22,
                ..Default::default()
            };
            let mut compressed = Vec::new();
            brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
            if best.as_ref().is_none_or(|best| compressed.len() < best.len()) {
                best = Some(compressed);
            }
        }
    }
    best.context("nothing is compressed")
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// Whole or not at all, also for a reader that comes in between.
fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    let scratch = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&scratch, content).with_context(|| scratch.display().to_string())?;
    fs::rename(&scratch, folder.join(name))?;
    Ok(())
}

fn remove_others(folder: &Path, manifest: &Manifest) -> Result<()> {
    let mut wanted: BTreeSet<String> = manifest
        .names()
        .flat_map(|name| SUFFIXES.map(|suffix| format!("{name}{suffix}")))
        .collect();
    wanted.insert(MANIFEST.to_owned());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Names with a dot are this module's own, perhaps of another run that is still writing.
        if !name.starts_with('.') && !wanted.contains(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

const MANIFEST: &str = "manifest.json";
const INPUTS: &str = ".inputs";
const SUFFIXES: [&str; 3] = ["", ".br", ".gz"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_files_that_exist_with_their_compressed_forms() {
        let folder = tempfile::tempdir().unwrap();

        write(folder.path(), &parts(b"glue"), "inputs").unwrap();

        let manifest = Manifest::read(folder.path()).unwrap();
        assert!(manifest.start.starts_with("start-") && manifest.start.ends_with(".js"));
        assert!(is_current(folder.path(), "inputs"));
        assert!(!is_current(folder.path(), "other inputs"));
        fs::remove_file(folder.path().join(format!("{}.br", manifest.wasm))).unwrap();
        assert!(!is_current(folder.path(), "inputs"));
    }

    #[test]
    fn a_changed_glue_renames_the_start_script_and_sweeps_the_old_files() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &parts(b"glue"), "1").unwrap();
        let before = Manifest::read(folder.path()).unwrap();

        write(folder.path(), &parts(b"other glue"), "2").unwrap();

        let after = Manifest::read(folder.path()).unwrap();
        assert_ne!((&before.glue, &before.start), (&after.glue, &after.start));
        assert_eq!(before.wasm, after.wasm);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5 * 3 + 2);
    }

    #[test]
    fn the_start_script_tells_the_glue_where_its_wasm_is() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &parts(b"glue"), "1").unwrap();
        let manifest = Manifest::read(folder.path()).unwrap();

        let start = fs::read_to_string(folder.path().join(&manifest.start)).unwrap();

        assert!(start.contains(&format!("from \"./{}\"", manifest.glue)));
        assert!(start.contains(&format!("new URL(\"./{}\", import.meta.url)", manifest.wasm)));
    }

    #[test]
    fn a_panel_without_a_style_sheet_is_a_panel() {
        let folder = tempfile::tempdir().unwrap();

        write(folder.path(), &Parts { css: None, ..parts(b"glue") }, "1").unwrap();

        assert_eq!(Manifest::read(folder.path()).unwrap().css, None);
    }

    #[test]
    fn both_compressed_forms_hold_the_content() {
        let content = b"the same words again and again, ".repeat(100);

        let mut unbrotlied = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&content).unwrap(), &mut unbrotlied).unwrap();
        let mut ungzipped = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(&*gzip(&content).unwrap()), &mut ungzipped)
            .unwrap();

        assert_eq!(
            (unbrotlied.as_slice(), ungzipped.as_slice()),
            (content.as_slice(), content.as_slice())
        );
    }

    fn parts(glue: &[u8]) -> Parts {
        Parts {
            wasm: b"\0asm".to_vec(),
            glue: glue.to_vec(),
            css: Some(b"body {}".to_vec()),
            texts: BTreeMap::from([("en".to_owned(), b"en\n".to_vec())]),
        }
    }
}
