//! `wasm-opt` from npm's `binaryen`, run by node: the one build of it that reads what wasm-bindgen writes
//! and needs no compiler. Pinned by the lock file in `crates/xtask/npm`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::{shell, workspace::Workspace};

/// As in `crates/xtask/npm/package.json`.
pub const VERSION: &str = "132.0.0";

pub struct Optimizer {
    script: PathBuf,
}

/// An error is the reason why there is none.
pub fn find_or_install(workspace: &Workspace) -> Result<Optimizer> {
    ensure!(shell::answers(Command::new("node").arg("--version")), "node is not installed");
    let folder = workspace.target.join("npm");
    let script = folder.join("node_modules/binaryen/bin/wasm-opt");
    if installed_version(&folder).as_deref() != Some(VERSION) {
        install(&workspace.root.join("crates/xtask/npm"), &folder)?;
    }
    ensure!(script.exists(), "npm's binaryen has no bin/wasm-opt");
    Ok(Optimizer { script })
}

impl Optimizer {
    /// No feature flags: the module's own `target_features` section says what the browser may be given;
    /// with `--all-features` V8 refuses the result.
    pub fn run(&self, from: &Path, to: &Path) -> Result<()> {
        let mut command = Command::new("node");
        command.arg(&self.script).arg("-Oz").arg(from).arg("-o").arg(to);
        shell::output(&mut command).map(drop)
    }
}

fn installed_version(folder: &Path) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("node_modules/binaryen/package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}

fn install(lock: &Path, folder: &Path) -> Result<()> {
    ensure!(shell::answers(Command::new("npm").arg("--version")), "npm is not installed");
    fs::create_dir_all(folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(lock.join(file), folder.join(file))
            .with_context(|| format!("crates/xtask/npm/{file}"))?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
    ]);
    ensure!(shell::answers(&mut npm), "`npm ci` cannot fetch binaryen {VERSION}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_pins_the_version_named_here() {
        let lock: serde_json::Value =
            serde_json::from_str(include_str!("../../npm/package-lock.json")).unwrap();

        assert_eq!(lock["packages"]["node_modules/binaryen"]["version"], VERSION);
    }
}
