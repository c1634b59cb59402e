//! The commands of this repository: `cargo xtask demo`, `test`, `tidy`, `tables`, `size`, `screenshots`, `bench`,
//! `fuzz`, `wasm`, `extension`, `dist`.
//!
//! Compiled before anything else, so it depends on nothing of ours and on little of others'. What it
//! starts belongs to the acceptance package; this crate only builds, checks and measures.

#![forbid(unsafe_code)]

mod bench;
mod chromium;
mod dist;
mod fuzz;
mod npm;
mod pbx;
mod shell;
mod size;
mod tables;
mod test;
mod tidy;
mod wasm;
mod workspace;

use std::{ffi::OsString, os::unix::process::CommandExt as _, process::ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::{shell::Steps, workspace::Workspace};

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Vec<String>) -> Result<()> {
    if arguments.is_empty() {
        print!("{USAGE}");
        return Ok(());
    }
    let command = arguments.remove(0);
    if let "help" | "--help" | "-h" = command.as_str() {
        print!("{USAGE}");
        return Ok(());
    }

    let workspace = Workspace::find()?;
    match command.as_str() {
        "demo" => exec(&workspace, "demo", arguments),
        "screenshots" => {
            chromium::find_or_install()?;
            exec(&workspace, "screenshots", arguments)
        }
        "test" => test::run(&workspace, arguments),
        "tidy" => none_left(&arguments).and_then(|()| tidy::run(&workspace)),
        "tables" => none_left(&arguments).and_then(|()| tables::write(&workspace)),
        "size" => none_left(&arguments).and_then(|()| {
            wasm::build(&workspace, &mut Steps::default())?;
            size::run(&workspace)
        }),
        "bench" => bench::run(&workspace, arguments),
        "fuzz" => fuzz::run(&workspace, &arguments),
        "extension" => none_left(&arguments).and_then(|()| {
            wasm::build_extension(&workspace, &mut Steps::default())?;
            println!("load {} unpacked in chrome://extensions", workspace.root.display());
            Ok(())
        }),
        "dist" => dist::run(&workspace, &arguments),
        "wasm" => {
            none_left(&arguments).and_then(|()| wasm::build(&workspace, &mut Steps::default()))
        }
        unknown => bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
}

/// Builds the product and becomes `binary` of the acceptance package, so that Ctrl-C reaches it alone.
fn exec(workspace: &Workspace, binary: &str, arguments: Vec<String>) -> Result<()> {
    let mut steps = Steps::default();
    wasm::build(workspace, &mut steps)?;
    steps.run("programs", &mut workspace.cargo(["build", "--workspace", "--bins"]))?;

    let program = workspace.bin_dir().join(binary);
    let mut command = std::process::Command::new(&program);
    command.args(arguments.into_iter().map(OsString::from)).envs(workspace.product_environment());
    Err(command.exec()).with_context(|| format!("cannot start {}", program.display()))
}

fn none_left(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => Ok(()),
        [unknown, ..] => bail!("`{unknown}` means nothing here\n\n{USAGE}"),
    }
}

const USAGE: &str = "\
cargo xtask demo [--port-base N] [--keep]   build everything, start the practice org and the adapter, say what to try
cargo xtask test [--no-lint] [-- FILTER]    every check and every test, those in a browser included
cargo xtask test --pbx kamailio [-- FILTER] the stories about calls before Kamailio, which Debian's root has installed
cargo xtask tidy                            the rules between the rooms
cargo xtask tables                          the documents of faults and threats, out of the tests
cargo xtask size                            what an agent's browser downloads, beside the budget
cargo xtask screenshots                     pictures of the product, light and dark
cargo xtask bench [CHAPTER…]                what signing in and calling cost, beside budgets and peers
cargo xtask fuzz [SECONDS]                  every parser of foreign bytes, so long each (20)
cargo xtask wasm                            the panel only, into <target>/panel
cargo xtask extension                       what the browser extension needs, to load this folder unpacked
cargo xtask dist [--site https://HOST]      the browser extension for its store, into <target>/dist; for one phone's site
";
