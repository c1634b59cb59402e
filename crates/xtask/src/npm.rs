//! What we borrow from npm, pinned by the lock file in `crates/xtask/npm` and run or read where it is
//! installed, in the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{shell, workspace::Workspace};

/// The folder of one package. An error is the reason why there is none.
pub fn find_or_install(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("npm");
    let pinned = pinned()?;
    let is_there = |(name, version): &(String, String)| {
        installed_version(&folder, name).as_deref() == Some(version)
    };
    if !pinned.iter().all(is_there) {
        install(&workspace.root.join("crates/xtask/npm"), &folder)?;
    }
    let installed = folder.join("node_modules").join(package);
    ensure!(installed.is_dir(), "npm has no {package} for us");
    Ok(installed)
}

/// Name and version of each.
fn pinned() -> Result<Vec<(String, String)>> {
    let manifest: Value = serde_json::from_str(include_str!("../npm/package.json"))?;
    let packages = manifest["dependencies"].as_object().context("npm/package.json")?;
    let pinned = packages.iter().map(|(name, version)| {
        Ok((name.clone(), version.as_str().context("npm/package.json")?.to_owned()))
    });
    pinned.collect()
}

fn installed_version(folder: &Path, package: &str) -> Option<String> {
    let manifest = folder.join("node_modules").join(package).join("package.json");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(manifest).ok()?).ok()?;
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
    ensure!(shell::answers(&mut npm), "`npm ci` cannot fetch what crates/xtask/npm pins");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_pins_the_versions_that_the_manifest_names() {
        let lock: Value = serde_json::from_str(include_str!("../npm/package-lock.json")).unwrap();

        for (name, version) in pinned().unwrap() {
            let locked = &lock["packages"][format!("node_modules/{name}")];
            assert_eq!(locked["version"], version, "{name}");
            assert!(locked["integrity"].as_str().unwrap().starts_with("sha512-"), "{name}");
        }
    }
}
