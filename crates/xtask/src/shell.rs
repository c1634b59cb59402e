//! Commands, run one after the other where the developer can watch them.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

/// Steps under way: each is announced, timed, and listed at the end.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Runs a command with its output unaltered.
    pub fn run(&mut self, name: &str, command: &mut Command) -> Result<()> {
        self.step(name, || {
            let status = command.status().with_context(|| cannot_start(command))?;
            ensure!(status.success(), "{name} failed ({status}): {}", line(command));
            Ok(())
        })
    }

    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("── {name}");
        let started = now();
        let result = work()?;
        let took = started.elapsed();
        eprintln!("── {name}: {:.1} s", took.as_secs_f64());
        self.done.push((name.to_owned(), took));
        Ok(result)
    }

    /// One line per step that has run.
    pub fn summary(&self) -> String {
        let total: Duration = self.done.iter().map(|(_, took)| *took).sum();
        let rows =
            self.done.iter().map(|(name, took)| (name.as_str(), *took)).chain([("total", total)]);
        rows.map(|(name, took)| format!("{name:<12} {:>7.1} s\n", took.as_secs_f64())).collect()
    }
}

/// What a command says on standard output; its complaints go through.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!("{} ({})", line(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} does not speak UTF-8", line(command)))
}

/// Whether a command can be run at all; what it says is dropped.
pub fn answers(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`; is it installed?", command.get_program().to_string_lossy())
}

#[expect(clippy::disallowed_methods, reason = "a hand measures with the machine's own clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_with_its_arguments() {
        let error =
            Steps::default().run("programs", Command::new("false").arg("--all")).unwrap_err();

        assert_eq!(error.to_string(), "programs failed (exit status: 1): false --all");
    }

    #[test]
    fn a_command_that_does_not_exist_is_asked_after() {
        let error = output(&mut Command::new("cordboard-no-such-program")).unwrap_err();

        assert_eq!(error.to_string(), "cannot start `cordboard-no-such-program`; is it installed?");
    }

    #[test]
    fn the_summary_lists_each_step_and_their_sum() {
        let steps = Steps {
            done: vec![
                ("wasm".to_owned(), Duration::from_millis(1_500)),
                ("tests".to_owned(), Duration::from_secs(20)),
            ],
        };

        assert_eq!(
            steps.summary(),
            "wasm             1.5 s\ntests           20.0 s\ntotal           21.5 s\n"
        );
    }
}
