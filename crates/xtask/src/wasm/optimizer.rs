//! `wasm-opt` from npm's `binaryen`, run by node: the one build of it that reads what wasm-bindgen writes
//! and needs no compiler. Beside it `terser`, for the glue.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};

use crate::{npm, shell, workspace::Workspace};

/// Flattened and built up again the branches are fewer: 1 % of the whole, for a quarter of a minute.
///
/// Nothing of ours lies in the lowest KiB of the memory, where the stack would end: so what is added to an address
/// can be added where it is used.
///
/// A function with one caller becomes a part of it only where it is short: long functions are less alike, and 0.7 % of
/// the whole is how much worse they compress.
pub const PASSES: [&str; 12] = [
    "--one-caller-inline-max-function-size",
    "25",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--optimize-added-constants-propagate",
    "--gufa-optimizing",
    "-Oz",
    "--strip-producers",
    "--strip-target-features",
];

/// Of the code what can come to pass is left, and every number in it is what it was.
const CLEARING: [&str; 5] =
    ["--inlining", "--dce", "--vacuum", "--dae", "--remove-unused-module-elements"];

/// As in `crates/xtask/npm/package.json`.
pub const VERSION: &str = "132.0.0";

/// As there, too.
pub const TERSER: &str = "5.51.4";

pub struct Optimizer {
    wasm_opt: PathBuf,
    terser: PathBuf,
}

/// An error is the reason why there is none.
pub fn find_or_install(workspace: &Workspace) -> Result<Optimizer> {
    ensure!(shell::answers(Command::new("node").arg("--version")), "node is not installed");
    let script = npm::find_or_install(workspace, "binaryen")?.join("bin/wasm-opt");
    ensure!(script.exists(), "npm's binaryen has no bin/wasm-opt");
    let terser = npm::find_or_install(workspace, "terser")?.join("bin/terser");
    Ok(Optimizer { wasm_opt: script, terser })
}

impl Optimizer {
    /// No feature flags: the module's own `target_features` section says what the browser may be given;
    /// with `--all-features` V8 refuses the result.
    pub fn run(&self, from: &Path, to: &Path) -> Result<()> {
        shell::output(&mut self.passes(&PASSES, from, to)).map(drop)
    }

    /// Only leaves out what cannot come to pass.
    pub fn clear(&self, from: &Path, to: &Path) -> Result<()> {
        shell::output(&mut self.passes(&CLEARING, from, to)).map(drop)
    }

    /// As `run`, and writes to `symbols` which name each function had, a line each: `412:name`.
    pub fn run_naming(&self, from: &Path, to: &Path, symbols: &Path) -> Result<()> {
        let symbols = format!("--symbolmap={}", symbols.display());
        shell::output(self.passes(&PASSES, from, to).arg(symbols)).map(drop)
    }

    fn passes(&self, passes: &[&str], from: &Path, to: &Path) -> Command {
        let mut command = Command::new("node");
        command.arg(&self.wasm_opt).args(passes).arg(from).arg("-o").arg(to);
        command
    }

    /// The glue without what only its readers need.
    pub fn minify(&self, from: &Path) -> Result<Vec<u8>> {
        let mut command = Command::new("node");
        command
            .arg(&self.terser)
            .args(["--module", "--compress", "passes=2", "--mangle"])
            .arg("--");
        Ok(shell::output(command.arg(from))?.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_pins_the_versions_named_here() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../../npm/package.json")).unwrap();

        assert_eq!(manifest["dependencies"]["binaryen"], VERSION);
        assert_eq!(manifest["dependencies"]["terser"], TERSER);
    }
}
