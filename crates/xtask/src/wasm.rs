//! The panel as a browser loads it: cargo, wasm-bindgen, wasm-opt where it is to be had, then hashed and
//! compressed files.
//!
//! wasm-bindgen is a library here, so nothing has to be installed and its version is that of the glue.

mod bundle;
mod leftovers;
mod optimizer;
mod panics;
mod shorten;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

pub use self::bundle::Manifest;
use self::{
    bundle::{Parts, digest},
    leftovers::Symbols,
};
use crate::{
    shell::{self, Steps},
    workspace::Workspace,
};

/// Builds into [`Workspace::panel_dir`]; what is already there and still true is left alone.
pub fn build(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let compiled = compile(workspace, steps, "panel", "--bins")?;
    let wasm = fs::read(&compiled).with_context(|| compiled.display().to_string())?;
    let css = read_style(workspace)?;
    let texts = write_texts(workspace, steps)?;
    let inputs = inputs(&wasm, css.as_deref(), &texts);
    let panel = workspace.panel_dir();
    if bundle::is_current(&panel, &inputs) {
        return Ok(());
    }

    steps.step("wasm", || {
        let scratch = tempfile::tempdir_in(&workspace.target)?;
        let mut parts = bind(&compiled, scratch.path(), css, texts)?;
        shorten::shorten(&mut parts)?;
        fs::write(scratch.path().join(BOUND), &parts.wasm)?;
        optimize(workspace, &mut parts, &Symbols::read(&wasm)?, scratch.path())?;
        bundle::write(&panel, &parts, &inputs)
    })
}

/// What the browser extension loads beside its scripts, where its manifest expects it.
pub fn build_extension(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    build_library(workspace, steps, "extension", &workspace.root.join("extension/pkg"))
}

/// A library of the workspace as a classic script and its module, compiled and optimised as the panel is.
pub fn build_library(
    workspace: &Workspace,
    steps: &mut Steps,
    package: &str,
    folder: &Path,
) -> Result<()> {
    let compiled = compile(workspace, steps, package, "--lib")?;
    let name = package.replace('-', "_");
    let mut module = read_module(&compiled)?;
    // Where it would panic is said by the builder's own folders, and whoever builds is to build the same.
    panics::mute(&mut module);
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_module(&name, module)
        .no_modules(true)?
        .typescript(false)
        .out_name(&name)
        .generate(folder)?;
    let module = folder.join(format!("{name}_bg.wasm"));
    match optimizer::find_or_install(workspace) {
        Ok(optimizer) => optimizer.run(&module, &module),
        Err(absent) => {
            eprintln!("wasm-opt is left out ({absent:#})");
            Ok(())
        }
    }
}

/// The compiled module of one package's binary or library.
fn compile(workspace: &Workspace, steps: &mut Steps, package: &str, kind: &str) -> Result<PathBuf> {
    ensure_target()?;
    let build = ["build", "--package", package, kind, "--target", TARGET];
    let mut command = workspace.cargo(build);
    steps.run(package, command.args(["--profile", "wasm-release"]))?;
    let name = package.replace('-', "_");
    Ok(workspace.target.join(TARGET).join(format!("wasm-release/{name}.wasm")))
}

/// `targets` in a toolchain file is installed only where rustup may install by itself, and cargo's
/// complaint (`can't find crate for std`) names no remedy.
fn ensure_target() -> Result<()> {
    let folder = shell::output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("Rust's {TARGET} is missing: installing it");
    let installed = Command::new("rustup").args(["target", "add", TARGET]).status();
    ensure!(
        installed.is_ok_and(|status| status.success()),
        "Rust's standard library for {TARGET} is missing; with rustup: `rustup target add {TARGET}`"
    );
    Ok(())
}

fn read_style(workspace: &Workspace) -> Result<Option<Vec<u8>>> {
    let style = workspace.root.join("crates/panel/style/panel.css");
    if !style.exists() {
        return Ok(None);
    }
    let style = fs::read_to_string(&style).with_context(|| style.display().to_string())?;
    Ok(Some(shorten::style(&style).into_bytes()))
}

/// Each language's texts, by its tag, as the room `texts` writes them.
fn write_texts(workspace: &Workspace, steps: &mut Steps) -> Result<BTreeMap<String, Vec<u8>>> {
    let scratch = tempfile::tempdir_in(&workspace.target)?;
    let mut command = workspace.cargo(["run", "--quiet", "--package", "texts", "--"]);
    steps.run("texts", command.arg(scratch.path()))?;
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(scratch.path())? {
        let path = entry?.path();
        let tag = path.file_stem().context("a language has a tag")?.to_string_lossy().into_owned();
        texts.insert(tag, fs::read(&path)?);
    }
    ensure!(!texts.is_empty(), "the room `texts` has written no language");
    Ok(texts)
}

/// Everything that decides what the bundle holds.
fn inputs(wasm: &[u8], css: Option<&[u8]>, texts: &BTreeMap<String, Vec<u8>>) -> String {
    let css = css.map_or_else(|| "none".to_owned(), digest);
    let texts = digest(&texts.values().flatten().copied().collect::<Vec<_>>());
    let (passes, versions) = (optimizer::PASSES.join(" "), [optimizer::VERSION, optimizer::TERSER]);
    let tools = format!("{passes} {}", versions.join(" "));
    format!("{} {css} {texts} {} {tools}", digest(wasm), bundle::recipe())
}

/// Without what the linker has left for [`leftovers`].
fn read_module(compiled: &Path) -> Result<walrus::Module> {
    let mut module = walrus::Module::from_file(compiled)?;
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    Ok(module)
}

fn bind(
    compiled: &Path,
    scratch: &Path,
    css: Option<Vec<u8>>,
    texts: BTreeMap<String, Vec<u8>>,
) -> Result<Parts> {
    let mut module = read_module(compiled)?;
    panics::mute(&mut module);
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_module("panel", module)
        .web(true)?
        .typescript(false)
        .remove_producers_section(true)
        .out_name("panel");
    bindgen.generate(scratch)?;
    ensure!(
        !scratch.join("snippets").exists(),
        "the panel carries JavaScript of its own; call the browser through web-sys instead"
    );
    let read =
        |name| fs::read(scratch.join(name)).with_context(|| format!("wasm-bindgen made no {name}"));
    Ok(Parts { wasm: read("panel_bg.wasm")?, glue: read("panel.js")?, css, texts })
}

/// Saves about 1.5 %, so its absence is said and is no failure.
fn optimize(
    workspace: &Workspace,
    parts: &mut Parts,
    symbols: &Symbols,
    scratch: &Path,
) -> Result<()> {
    match optimizer::find_or_install(workspace) {
        Ok(optimizer) => {
            let from = scratch.join(BOUND);
            let to = scratch.join("panel_opt.wasm");
            optimizer.clear(&from, &to)?;
            let blanked = leftovers::blank(&mut parts.wasm, &fs::read(&to)?, symbols)?;
            eprintln!("{blanked} bytes of data that no code reaches are blank");
            fs::write(&from, &parts.wasm)?;
            optimizer.run_naming(&from, &to, &workspace.target.join(SYMBOLS))?;
            parts.wasm = fs::read(to)?;
            let glue = scratch.join("glue.mjs");
            fs::write(&glue, &parts.glue)?;
            parts.glue = optimizer.minify(&glue)?;
        }
        Err(absent) => {
            eprintln!(
                "wasm-opt and terser are left out ({absent:#}); the panel is some percent larger"
            )
        }
    }
    Ok(())
}

/// Beside the bundle: which function of ours the browser means by `wasm-function[412]`.
const SYMBOLS: &str = "panel.symbols";
/// What wasm-opt is given.
const BOUND: &str = "panel_bound.wasm";
const TARGET: &str = "wasm32-unknown-unknown";
