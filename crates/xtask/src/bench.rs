//! `cargo xtask bench`: the release build of what operators run, and beside it what is only measured: the room
//! `sip` as a wasm module of its own, JsSIP and SIP.js as one script.

use std::{fs, os::unix::process::CommandExt as _, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

use crate::{
    chromium, npm,
    shell::{self, Steps},
    size, wasm,
    workspace::Workspace,
};

pub fn run(workspace: &Workspace, arguments: Vec<String>) -> Result<()> {
    let chromium = chromium::find_or_install()?;
    let mut steps = Steps::default();
    wasm::build(workspace, &mut steps)?;
    wasm::build_extension(workspace, &mut steps)?;
    // Past its budget the panel can be measured all the same.
    if let Err(past) = size::run(workspace) {
        eprintln!("{past:#}");
    }
    let build = ["build", "--release", "--workspace", "--bins"];
    steps.run("programs", &mut workspace.cargo(build))?;
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder)?;
    wasm::build_library(workspace, &mut steps, "sip-bench", &folder)?;
    steps.step("peers", || bundle_peers(workspace, &folder.join("peers.js")))?;

    let release = workspace.target.join("release");
    let mut command = Command::new(release.join("bench"));
    command.args(arguments).envs(workspace.product_environment());
    command.env("CORDBOARD_BIN_DIR", &release).env("CHROMIUM", chromium);
    Err(command.exec()).context("cannot start the benchmarks")
}

/// One script of what `peers.js` imports, by esbuild.
fn bundle_peers(workspace: &Workspace, to: &Path) -> Result<()> {
    let esbuild = npm::find_or_install(workspace, "esbuild")?.join("bin/esbuild");
    let modules = esbuild.ancestors().find(|folder| folder.ends_with("node_modules"));
    let source = workspace.root.join("tests/src/bin/bench/sip/peers.js");
    let mut command = Command::new("node");
    command
        .arg(&esbuild)
        .arg(source)
        .args(["--bundle", "--format=iife", "--minify", "--log-level=warning"])
        .arg(format!("--outfile={}", to.display()))
        .env("NODE_PATH", modules.context("esbuild lies in no node_modules")?);
    ensure!(shell::output(&mut command).is_ok(), "esbuild cannot bundle the peers");
    Ok(())
}
