//! Where things are, as cargo tells it.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::shell;

pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
    pub rooms: Vec<Room>,
}

/// One package of ours. A room's directory bears the room's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub name: String,
    /// Relative to the workspace's root.
    pub manifest: PathBuf,
    /// By package name, for whatever target and of whatever kind.
    pub dependencies: Vec<String>,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let answer = shell::output(Command::new(cargo_program()).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        Self::from_metadata(&answer)
    }

    fn from_metadata(json: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(json).context("cargo metadata")?;
        let root = PathBuf::from(text(&metadata["workspace_root"])?);
        let target = PathBuf::from(text(&metadata["target_directory"])?);
        let packages =
            metadata["packages"].as_array().context("cargo metadata lists no packages")?;
        let rooms = packages
            .iter()
            .map(|package| Room::from_metadata(package, &root))
            .collect::<Result<_>>()?;
        Ok(Self { root, target, rooms })
    }

    /// Cargo at the workspace's root, the same one that runs us.
    pub fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root).args(arguments).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    pub fn bin_dir(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// What the browser loads: hashed files and their manifest.
    pub fn panel_dir(&self) -> PathBuf {
        self.target.join("panel")
    }

    /// How the acceptance package finds what was built.
    pub fn product_environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("CORDBOARD_BIN_DIR", self.bin_dir()),
            ("CORDBOARD_PANEL_DIR", self.panel_dir()),
            ("CORDBOARD_TARGET_DIR", self.target.clone()),
            ("CORDBOARD_EXTENSION_DIR", self.root.clone()),
        ]
    }
}

impl Room {
    fn from_metadata(package: &Value, root: &Path) -> Result<Self> {
        let manifest = PathBuf::from(text(&package["manifest_path"])?);
        let manifest = manifest.strip_prefix(root).map(Path::to_owned).unwrap_or(manifest);
        let dependencies =
            package["dependencies"].as_array().context("a package without dependencies")?;
        let dependencies = dependencies
            .iter()
            .map(|dependency| text(&dependency["name"]))
            .collect::<Result<_>>()?;
        Ok(Self { name: text(&package["name"])?, manifest, dependencies })
    }
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().context("cargo metadata is not as expected")?.to_owned())
}

fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_read_from_cargo_with_their_dependencies() {
        let workspace = Workspace::from_metadata(
            r#"{
                "workspace_root": "/house", "target_directory": "/cache/target",
                "packages": [{
                    "name": "oauth", "manifest_path": "/house/crates/oauth/Cargo.toml",
                    "dependencies": [{ "name": "sha2", "kind": null }, { "name": "proptest", "kind": "dev" }]
                }]
            }"#,
        )
        .unwrap();

        let oauth = Room {
            name: "oauth".to_owned(),
            manifest: "crates/oauth/Cargo.toml".into(),
            dependencies: vec!["sha2".to_owned(), "proptest".to_owned()],
        };
        assert_eq!(workspace.rooms, [oauth]);
        assert_eq!(workspace.panel_dir(), Path::new("/cache/target/panel"));
    }
}
