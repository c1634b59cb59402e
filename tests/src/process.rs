//! A server under our hands: started with a pipe to its standard input, ready when it prints its first
//! line, gone when the pipe closes.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};
use serde_json::Value;

pub struct Process {
    name: String,
    child: Child,
    /// Closing it is the order to leave; the death of this process closes it as well.
    stdin: Option<ChildStdin>,
    log: PathBuf,
}

impl Process {
    /// Starts `command` and waits for its first line, which is JSON. What it says besides goes to `log`.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<(Self, Value)> {
        let errors = fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.try_clone()?)
            // A group of its own: Ctrl-C at the terminal is for us, who then close the pipes in order.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("no standard output")?;
        let first_line = first_line(stdout, errors);
        let process = Self { name: name.to_owned(), child, stdin, log: log.to_owned() };

        let line = match first_line.recv_timeout(READY) {
            Ok(line) => line,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("{name} is not ready after {READY:?}\n{}", process.tail())
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("{name} left before it was ready\n{}", process.tail())
            }
        };
        let ready = serde_json::from_str(&line)
            .with_context(|| format!("{name} says `{line}`, which is no JSON"))?;
        Ok((process, ready))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// How it ends, if it does by itself and within a moment.
    pub fn dies(&mut self) -> Result<Option<ExitStatus>> {
        self.wait(PARTING)
    }

    /// The last lines of what it said, for a reader who wants to know why.
    pub fn tail(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let shown = &lines[lines.len().saturating_sub(TAIL)..];
        format!("── {}, {} ──\n{}\n", self.name, self.log.display(), shown.join("\n"))
    }

    /// Does not wait.
    pub fn ask_to_leave(&mut self) {
        drop(self.stdin.take());
    }

    /// Asks it to leave, waits, and ends it when it stays.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        self.ask_to_leave();
        if let Some(status) = self.wait(PARTING)? {
            return Ok(status);
        }
        self.kill()
    }

    /// At once (SIGKILL); it can finish nothing.
    pub fn kill(&mut self) -> Result<ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        wait_for(&mut self.child, patience)
    }
}

/// How a child ends, if it does in that time. The kernel says so (`pidfd_open(2)`), so nobody looks again and
/// again.
pub fn wait_for(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
    if child.try_wait()?.is_none() {
        let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
        let patience = Timespec::try_from(patience).context("nobody waits that long")?;
        poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&patience))?;
    }
    Ok(child.try_wait()?)
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// Sends the first line on; what follows goes to the log, so that the pipe never fills.
fn first_line(
    stdout: impl std::io::Read + Send + 'static,
    mut log: fs::File,
) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        if let Some(line) = lines.next() {
            let _ = sender.send(line);
        }
        for line in lines {
            let _ = writeln!(log, "{line}");
        }
    });
    receiver
}

const READY: Duration = Duration::from_secs(30);
const PARTING: Duration = Duration::from_secs(5);
const TAIL: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_leaves_when_its_standard_input_closes() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = shell("echo '{\"listening\":\"127.0.0.1:1\"}'; cat; exit 3");

        let (mut process, ready) =
            Process::start("cat", &mut command, &folder.path().join("log")).unwrap();

        assert_eq!(ready["listening"], "127.0.0.1:1");
        assert_eq!(process.stop().unwrap().code(), Some(3));
    }

    #[test]
    fn who_waits_is_told_of_the_end_or_that_there_is_none_yet() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        assert_eq!(wait_for(&mut child, Duration::from_millis(1)).unwrap(), None);

        drop(stdin);

        let status = wait_for(&mut child, PARTING).unwrap();
        assert!(status.is_some_and(|status| status.success()));
        assert_eq!(wait_for(&mut child, Duration::ZERO).unwrap(), status);
    }

    #[test]
    fn a_process_that_fails_at_once_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = shell("echo 'port 8600 is busy' >&2; exit 1");

        let error =
            Process::start("adapter", &mut command, &folder.path().join("log")).err().unwrap();

        assert!(error.to_string().contains("adapter left before it was ready"), "{error}");
        assert!(error.to_string().contains("port 8600 is busy"), "{error}");
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }
}
