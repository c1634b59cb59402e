//! `cargo xtask fuzz`: every parser of foreign bytes, fed by libFuzzer for a while, on stable Rust.
//!
//! What the tests replay lies in `fuzz/corpus/` and stays as it is; what a run discovers goes to
//! `<target>/fuzz-corpus/`, and what breaks a parser to `fuzz/artifacts/`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    shell::{self, Steps},
    workspace::Workspace,
};

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let seconds = seconds(arguments)?;
    let mut steps = Steps::default();
    if !shell::answers(Command::new("cargo").args(["fuzz", "--version"])) {
        let install = ["install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ];
        steps.run("cargo-fuzz", Command::new("cargo").args(install))?;
    }
    for target in targets(&workspace.root)? {
        let kept = workspace.root.join("fuzz/corpus").join(&target);
        let discovered = workspace.target.join("fuzz-corpus").join(&target);
        fs::create_dir_all(&discovered)?;
        let mut command = Command::new("cargo");
        command
            .current_dir(&workspace.root)
            // Its flags are its own: in the usual folder both builds would undo each other.
            .env("CARGO_TARGET_DIR", workspace.target.join("fuzz"))
            // Without a sanitizer stable Rust will do; safe Rust gives one little to find.
            .args(["fuzz", "run", "--sanitizer", "none", &target])
            .args([&discovered, &kept])
            .args(["--", "-max_len=4096", "-print_final_stats=1"])
            .arg(format!("-max_total_time={seconds}"));
        steps.run(&target, &mut command)?;
    }
    eprint!("{}", steps.summary());
    Ok(())
}

fn seconds(arguments: &[String]) -> Result<u32> {
    match arguments {
        [] => Ok(USUAL_SECONDS),
        [seconds] => {
            seconds.parse().with_context(|| format!("`{seconds}` is no number of seconds"))
        }
        [_, unknown, ..] => bail!("`fuzz` takes the seconds for each target, not `{unknown}`"),
    }
}

/// One file in `fuzz/targets/` each.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/targets");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut names = files
        .map(|file| Ok(file?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    ensure!(!names.is_empty(), "{} is empty", folder.display());
    names.sort();
    Ok(names)
}

const CARGO_FUZZ: &str = "0.13.2";
const USUAL_SECONDS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_are_a_number_or_the_usual_ones() {
        let seconds_of =
            |words: &[&str]| seconds(&words.iter().map(|&word| word.into()).collect::<Vec<_>>());

        assert_eq!(seconds_of(&[]).unwrap(), 20);
        assert_eq!(seconds_of(&["5"]).unwrap(), 5);
        assert!(seconds_of(&["long"]).is_err());
        assert!(seconds_of(&["5", "jws"]).is_err());
    }

    #[test]
    fn the_targets_are_the_files() {
        // Cargo runs tests in their package's folder.
        let root = Path::new("../..");

        assert!(targets(root).unwrap().contains(&"jws".to_owned()));
    }
}
