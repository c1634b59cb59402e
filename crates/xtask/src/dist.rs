//! `cargo xtask dist`: the browser extension as a store takes it, in `<target>/dist`.
//!
//! ~~~text
//! manifest.json, extension/ --> Package --> dist/extension/                      to be loaded unpacked
//!                                  `------> dist/cordboard-extension-VERSION.zip  to be uploaded
//! ~~~
//!
//! The same package makes the same bytes, whoever packs it and when.

mod package;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use self::package::{Package, Site};
use crate::{shell::Steps, size::kib, wasm, workspace::Workspace};

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let site = match arguments {
        [] => None,
        [option, site] if option == "--site" => Some(Site::parse(site)?),
        _ => bail!("`dist` knows `--site https://HOST`, and nothing else"),
    };
    let file = build_for(workspace, &mut Steps::default(), site.as_ref())?;

    let zip = fs::read(&file).with_context(|| file.display().to_string())?;
    print!("{}", table(&contents(&zip)?, zip.len() as u64));
    println!("{}", file.display());
    Ok(())
}

/// For whatever site agents enter; the zip's path.
pub fn build(workspace: &Workspace, steps: &mut Steps) -> Result<PathBuf> {
    build_for(workspace, steps, None)
}

fn build_for(workspace: &Workspace, steps: &mut Steps, site: Option<&Site>) -> Result<PathBuf> {
    wasm::build_extension(workspace, steps)?;
    steps.step("dist", || {
        let package = Package::gather(&workspace.root, site)?;
        let folder = workspace.target.join("dist");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        unpack(&package, &folder.join("extension"))?;
        let of = site.map(|site| format!("-{}", site.host())).unwrap_or_default();
        let file = folder.join(format!("cordboard-extension-{}{of}.zip", package.version));
        fs::write(&file, pack(&package.files)?).with_context(|| file.display().to_string())?;
        Ok(file)
    })
}

fn unpack(package: &Package, folder: &Path) -> Result<()> {
    for (name, bytes) in &package.files {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
        fs::write(&file, bytes).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Of nothing but names and bytes: in the order of their names, all of them of the zip format's first day.
fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    raw: u64,
    packed: u64,
}

fn contents(zip: &[u8]) -> Result<Vec<Entry>> {
    let mut zip = ZipArchive::new(Cursor::new(zip))?;
    let files = zip.len();
    let entry = |at| {
        let file = zip.by_index(at)?;
        Ok(Entry {
            name: file.name()?.into_owned(),
            raw: file.size(),
            packed: file.compressed_size(),
        })
    };
    (0..files).map(entry).collect()
}

/// In KiB; a zip says beside its files what they are called, twice.
fn table(entries: &[Entry], zip: u64) -> String {
    let total = Entry {
        name: "total".to_owned(),
        raw: entries.iter().map(|entry| entry.raw).sum(),
        packed: entries.iter().map(|entry| entry.packed).sum(),
    };
    let mut table = format!("{:<34} {:>9} {:>9}   KiB\n", "extension", "raw", "in zip");
    for Entry { name, raw, packed } in entries.iter().chain([&total]) {
        let _ = writeln!(table, "{name:<34} {:>9} {:>9}", kib(*raw), kib(*packed));
    }
    let _ = writeln!(table, "{:<34} {:>19}", "the zip itself", kib(zip));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_package_is_the_same_zip_in_the_order_of_names() {
        let file = |name: &str, text: &str| (name.to_owned(), text.repeat(100).into_bytes());
        let files = [file("manifest.json", "{}"), file("_locales/en/messages.json", "{ }")];

        let (once, again) = (pack(&files.clone().into()).unwrap(), pack(&files.into()).unwrap());

        assert_eq!(once, again);
        let entries = contents(&once).unwrap();
        let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["_locales/en/messages.json", "manifest.json"]);
        let mut zip = ZipArchive::new(Cursor::new(&once)).unwrap();
        let file = zip.by_index(0).unwrap();
        assert_eq!(file.last_modified(), Some(DateTime::DEFAULT));
        assert_eq!((file.size(), file.unix_mode()), (300, Some(0o100_644)));
    }

    #[test]
    fn the_table_says_how_much_each_file_and_the_whole_weigh() {
        let entry = |name: &str, raw, packed| Entry { name: name.to_owned(), raw, packed };
        let entries =
            [entry("extension/worker.js", 2_048, 1_024), entry("manifest.json", 1_024, 512)];

        assert_eq!(
            table(&entries, 2_560),
            "extension                                raw    in zip   KiB\n\
             extension/worker.js                      2.0       1.0\n\
             manifest.json                            1.0       0.5\n\
             total                                    3.0       1.5\n\
             the zip itself                                     2.5\n"
        );
    }
}
