//! Where the built product lies. `cargo xtask` says so in the environment; a plain `cargo test` finds it
//! beside the running test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// A program of the workspace, `cordboard` or `cordboard-practice`.
pub fn program(name: &str) -> Result<PathBuf> {
    built(bin_dir()?.join(name))
}

/// The library that a program is preloaded with for a [`Machine`](crate::machine::Machine). Cargo leaves
/// it where it leaves every dependency.
pub fn shim() -> Result<PathBuf> {
    built(bin_dir()?.join("deps/libshim.so"))
}

fn built(file: PathBuf) -> Result<PathBuf> {
    ensure!(
        file.is_file(),
        "{} is missing; build it with `cargo build --workspace --bins`",
        file.display()
    );
    Ok(file)
}

fn bin_dir() -> Result<PathBuf> {
    match std::env::var_os("CORDBOARD_BIN_DIR") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Ok(target_dir()?.join("debug")),
    }
}

/// The panel's files with their manifest.
pub fn panel_dir() -> Result<PathBuf> {
    let folder = match std::env::var_os("CORDBOARD_PANEL_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => target_dir()?.join("panel"),
    };
    ensure!(
        folder.join("manifest.json").is_file(),
        "there is no panel in {}; build it with `cargo xtask wasm`",
        folder.display()
    );
    Ok(folder)
}

/// The browser extension, as it is loaded unpacked, in a folder of its own.
pub fn extension(folder: &Path) -> Result<()> {
    let source = extension_dir();
    let wasm = source.join("extension/pkg/extension_bg.wasm");
    ensure!(wasm.is_file(), "{} is missing; build it with `cargo xtask extension`", wasm.display());
    fs::create_dir_all(folder)?;
    fs::copy(source.join("manifest.json"), folder.join("manifest.json"))?;
    for part in ["", "icons", "locales", "pkg"] {
        let (from, to) = (source.join("extension").join(part), folder.join("extension").join(part));
        fs::create_dir_all(&to)?;
        for file in fs::read_dir(&from).with_context(|| from.display().to_string())? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), to.join(file.file_name()))?;
            }
        }
    }
    Ok(())
}

/// The folder with its manifest.
pub fn extension_dir() -> PathBuf {
    match std::env::var_os("CORDBOARD_EXTENSION_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
    }
}

/// The zip for the store.
pub fn packed_extension() -> Result<PathBuf> {
    let name = format!("dist/cordboard-extension-{}.zip", env!("CARGO_PKG_VERSION"));
    let zip = target_dir()?.join(name);
    ensure!(zip.is_file(), "{} is missing; pack it with `cargo xtask dist`", zip.display());
    Ok(zip)
}

pub fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CHROMIUM") {
        return Ok(PathBuf::from(chosen));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| {
            ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name))
        })
        .find(|program| program.is_file());
    found.context("Chromium is missing; name its program in the environment variable CHROMIUM")
}

/// axe-core, the script that judges what assistive technology reads.
pub fn axe() -> Result<String> {
    let script = target_dir()?.join("npm/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&script).with_context(|| {
        format!(
            "{} is missing; `cargo xtask test` fetches it, where npm is installed",
            script.display()
        )
    })
}

/// Cargo's output folder, where pictures and logs go as well.
pub fn target_dir() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CORDBOARD_TARGET_DIR") {
        return Ok(PathBuf::from(folder));
    }
    // A test runs as <target>/debug/deps/NAME, a program as <target>/debug/NAME.
    let program = std::env::current_exe()?;
    let debug = program.ancestors().find(|folder| folder.ends_with("debug"));
    let target = debug.and_then(|folder| folder.parent()).map(PathBuf::from);
    target.with_context(|| format!("{} does not lie in a target folder", program.display()))
}
