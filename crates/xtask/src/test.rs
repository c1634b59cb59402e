//! `cargo xtask test`: everything that has to hold, the cheap checks first.

use anyhow::{Context as _, Result, bail};

use crate::{chromium, dist, npm, pbx, shell::Steps, size, tidy, wasm, workspace::Workspace};

pub fn run(workspace: &Workspace, arguments: Vec<String>) -> Result<()> {
    let Options { lint, pbx, filter } = Options::parse(arguments)?;
    if let Some(pbx) = pbx {
        return pbx::test(workspace, &pbx, &filter);
    }
    let mut steps = Steps::default();

    if lint {
        steps.run("format", &mut workspace.cargo(["fmt", "--all", "--check"]))?;
    }
    steps.step("tidy", || tidy::run(workspace))?;
    let chromium = steps.step("browser", chromium::find_or_install)?;
    wasm::build(workspace, &mut steps)?;
    dist::build(workspace, &mut steps)?;
    // The one story that needs it says so itself, and the others can do without.
    if let Err(reason) = npm::find_or_install(workspace, "axe-core") {
        eprintln!("no axe-core: {reason:#}");
    }
    steps.step("size", || size::run(workspace))?;
    if lint {
        let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        steps.run("clippy", &mut workspace.cargo(clippy))?;
    }
    // `--workspace` in both commands: another selection would unify other features and build the
    // dependencies a second time.
    steps.run("programs", &mut workspace.cargo(["build", "--workspace", "--bins"]))?;
    let mut tests = workspace.cargo(["test", "--workspace"]);
    tests.args(filter).envs(workspace.product_environment()).env("CHROMIUM", chromium);
    // With backtraces an error of a story is 25 lines long, and the sentence drowns.
    tests.env("RUST_BACKTRACE", "0");
    steps.run("tests", &mut tests)?;

    eprint!("{}", steps.summary());
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Options {
    lint: bool,
    /// Before which the stories about calls are told, and nothing else is tested.
    pbx: Option<String>,
    /// Handed to the test runner as it stands, with its `--`.
    filter: Vec<String>,
}

impl Options {
    fn parse(arguments: Vec<String>) -> Result<Self> {
        let own = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
        let mut options = Self { lint: true, pbx: None, filter: arguments[own..].to_vec() };
        let mut arguments = arguments[..own].iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--no-lint" => options.lint = false,
                "--pbx" => {
                    options.pbx = Some(arguments.next().context("`--pbx` needs a name")?.clone());
                }
                unknown => {
                    bail!("`test` knows `--no-lint`, `--pbx` and `-- FILTER`, not `{unknown}`")
                }
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_two_dashes_goes_to_the_test_runner() {
        let options = parse(&["--no-lint", "--", "agent_allows", "--nocapture"]).unwrap();

        assert_eq!(
            options,
            Options {
                lint: false,
                pbx: None,
                filter: words(&["--", "agent_allows", "--nocapture"])
            }
        );
    }

    #[test]
    fn an_unknown_option_is_refused_by_name() {
        let error = parse(&["--fast"]).unwrap_err();

        assert_eq!(
            error.to_string(),
            "`test` knows `--no-lint`, `--pbx` and `-- FILTER`, not `--fast`"
        );
    }

    #[test]
    fn another_pbx_is_named() {
        let options = parse(&["--pbx", "kamailio", "--", "agent_calls::who"]).unwrap();

        assert_eq!(options.pbx.as_deref(), Some("kamailio"));
        assert_eq!(parse(&["--pbx"]).unwrap_err().to_string(), "`--pbx` needs a name");
    }

    fn parse(arguments: &[&str]) -> Result<Options> {
        Options::parse(words(arguments))
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }
}
