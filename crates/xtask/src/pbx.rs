//! `cargo xtask test --pbx kamailio`: the stories about calls, told before an independent PBX of Debian's programs.
//!
//! What cannot be told there says so above its test, `/// Practice PBX only: REASON`, and is listed.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail, ensure};

use crate::{chromium, dist, shell::Steps, tables, wasm, workspace::Workspace};

/// The stories that `filter`, two dashes and the test runner's arguments, begins by naming; where it names none, all
/// of those about calls.
pub fn test(workspace: &Workspace, pbx: &str, filter: &[String]) -> Result<()> {
    ensure!(pbx == KAMAILIO, "`--pbx` knows `{KAMAILIO}`, not `{pbx}`");
    let mut steps = Steps::default();
    steps.step("pbx", find_or_install)?;
    let chromium = steps.step("browser", chromium::find_or_install)?;
    wasm::build(workspace, &mut steps)?;
    dist::build(workspace, &mut steps)?;
    steps.run("programs", &mut workspace.cargo(["build", "--workspace", "--bins"]))?;

    let mut tests = workspace.cargo(["test", "--workspace", "--test", "acceptance", "--"]);
    let filter = filter.get(1..).unwrap_or_default();
    if filter.first().is_none_or(|word| word.starts_with('-')) {
        tests.args(STORIES);
    }
    tests.args(filter);
    for file in tables::test_files(&workspace.root)? {
        for (story, reason) in practice_only(&file.text) {
            eprintln!("left out: {story}: {reason}");
            tests.args(["--skip", story]);
        }
    }
    tests.envs(workspace.product_environment()).env("CHROMIUM", chromium);
    tests.env("CORDBOARD_PBX", pbx).env("RUST_BACKTRACE", "0");
    steps.run("stories", &mut tests)?;

    eprint!("{}", steps.summary());
    Ok(())
}

/// Debian's packages. Their services are not started: each story starts its own.
fn find_or_install() -> Result<()> {
    let missing: Vec<&str> =
        PACKAGES.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install --no-install-recommends {}", missing.join(" "));
    if !chromium::may_install() {
        bail!("an independent PBX is missing: `{by_hand}` installs it on Debian");
    }
    eprintln!("an independent PBX is missing and this is Debian's root: {by_hand}");
    let _no_services = NoServices::until_dropped()?;
    chromium::install(&missing)
}

fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Abbrev}", package]).stderr(Stdio::null());
    query.output().is_ok_and(|output| output.stdout.starts_with(b"ii"))
}

/// Debian's own word that nothing is started on installation (`policy-rc.d`); a machine that has one already keeps it.
struct NoServices {
    written: bool,
}

impl NoServices {
    fn until_dropped() -> Result<Self> {
        let written = !Path::new(POLICY).exists();
        if written {
            fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
            fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self { written })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.written && fs::remove_file(POLICY).is_err() {
            eprintln!("{POLICY} keeps every service from being started; remove it");
        }
    }
}

/// Each story that is not told before another PBX, with the reason.
fn practice_only(text: &str) -> Vec<(&str, &str)> {
    let (mut found, mut reason) = (Vec::new(), None);
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix(PRACTICE_ONLY) {
            reason = Some(words.trim());
        } else if let Some(rest) = line.strip_prefix("fn ") {
            let name = rest.split('(').next().unwrap_or(rest);
            found.extend(reason.take().map(|reason| (name, reason)));
        }
    }
    found
}

const KAMAILIO: &str = "kamailio";
/// Those that every PBX has to let happen.
const STORIES: [&str; 3] =
    ["agent_calls", "agent_chooses_devices", "agent_has_the_extension::a_call_outlives"];
const PRACTICE_ONLY: &str = "/// Practice PBX only:";
const PACKAGES: [&str; 5] = [
    "kamailio",
    "kamailio-websocket-modules",
    "kamailio-autheph-modules",
    "rtpengine-daemon",
    "sip-tester",
];
const POLICY: &str = "/usr/sbin/policy-rc.d";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_is_left_out_has_a_reason() {
        let text = "/// Practice PBX only: its own button.\n/// Fault: a.\n#[test]\nfn one() {\n}\n\
                    #[test]\nfn other() {\n";

        assert_eq!(practice_only(text), [("one", "its own button.")]);
    }
}
