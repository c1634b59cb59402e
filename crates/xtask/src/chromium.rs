//! The browser that the stories drive: found, or installed where that is allowed.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail, ensure};

use crate::shell;

/// Its path. `CHROMIUM` in the environment wins over the search.
pub fn find_or_install() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        ensure!(chosen.is_file(), "CHROMIUM names {}, which is no file", chosen.display());
        return Ok(chosen);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if !may_install() {
        bail!(
            "Chromium is missing: install it (Debian: `apt-get install chromium fonts-liberation`), \
             or name its program in the environment variable CHROMIUM"
        );
    }
    eprintln!("Chromium is missing and this is Debian's root: installing it");
    install(&["chromium", "fonts-liberation"])?;
    find().ok_or_else(|| {
        anyhow::anyhow!("apt-get has installed Chromium, but no program of it is in PATH")
    })
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let programs =
        NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

/// As Debian's root.
pub fn may_install() -> bool {
    let root = shell::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    root && Path::new("/etc/debian_version").exists()
        && shell::answers(Command::new("apt-get").arg("--version"))
}

pub fn install(packages: &[&str]) -> Result<()> {
    let install = [&["install", "-y", "--no-install-recommends"][..], packages].concat();
    for arguments in [&["update"][..], &install] {
        let status = Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()?;
        ensure!(status.success(), "`apt-get {}` failed ({status})", arguments.join(" "));
    }
    Ok(())
}

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
