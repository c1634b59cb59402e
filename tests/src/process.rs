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
    process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open},
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
        let first_line = line(stdout, errors, |_| true);
        let process = Self { name: name.to_owned(), child, stdin, log: log.to_owned() };

        let line = process.wait_until_ready(&first_line)?;
        let ready = serde_json::from_str(&line)
            .with_context(|| format!("{name} says `{line}`, which is no JSON"))?;
        Ok((process, ready))
    }

    /// Starts a program of others, which knows nothing of our pipe, and waits for a line with `ready` in it. A shell
    /// stands in between and asks it to leave (SIGTERM) when the pipe closes. All that it says goes to `log`.
    pub fn start_foreign(name: &str, command: &Command, log: &Path, ready: &str) -> Result<Self> {
        let log_file = fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = Command::new("sh")
            .args(["-c", UNTIL_THE_PIPE_CLOSES, "sh"])
            .arg(command.get_program())
            .args(command.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("no standard output")?;
        let ready = ready.to_owned();
        let ready_line = line(stdout, log_file, move |line| line.contains(&ready));
        let process = Self { name: name.to_owned(), child, stdin, log: log.to_owned() };
        process.wait_until_ready(&ready_line)?;
        Ok(process)
    }

    fn wait_until_ready(&self, line: &mpsc::Receiver<String>) -> Result<String> {
        let name = &self.name;
        match line.recv_timeout(READY) {
            Ok(line) => Ok(line),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("{name} is not ready after {READY:?}\n{}", self.tail())
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("{name} left before it was ready\n{}", self.tail())
            }
        }
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

    /// At once (SIGKILL), with whatever it has started; it can finish nothing.
    pub fn kill(&mut self) -> Result<ExitStatus> {
        if self.child.try_wait()?.is_none() {
            kill_process_group(Pid::from_child(&self.child), Signal::KILL)?;
        }
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

/// Sends the first line on that `is_it`; everything else goes to the log, so that the pipe never fills.
fn line(
    from: impl std::io::Read + Send + 'static,
    mut log: fs::File,
    is_it: impl Fn(&str) -> bool + Send + 'static,
) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut sender = Some(sender);
        for bytes in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&bytes);
            match sender.take_if(|_| is_it(&line)) {
                Some(sender) => drop(sender.send(line.into_owned())),
                None => drop(writeln!(log, "{line}")),
            }
        }
    });
    receiver
}

/// A program that does not leave when it is asked to, since it says goodbye to somebody who is gone, is ended here: its
/// harness may be gone as well.
const UNTIL_THE_PIPE_CLOSES: &str = "\
    \"$@\" 2>&1 </dev/null & program=$!\n\
    exec >/dev/null\n\
    cat\n\
    kill -TERM $program\n\
    (sleep 3; kill -KILL $program) & end=$!\n\
    wait $program; status=$?\n\
    kill $end\n\
    exit $status";
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
    fn a_foreign_program_is_ready_when_it_says_so_and_is_asked_to_leave() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let command =
            shell("trap 'exit 3' TERM; echo one; echo it is ready >&2; tail -f /dev/null & wait");

        let mut process = Process::start_foreign("sh", &command, &log, "ready").unwrap();

        assert_eq!(process.stop().unwrap().code(), Some(3));
        assert!(fs::read_to_string(&log).unwrap().starts_with("one\n"));
    }

    #[test]
    fn a_foreign_program_that_stays_is_ended_by_who_asks_it_to_leave() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let command =
            shell("trap '' TERM; echo ready; tail -f /dev/null & wait; tail -f /dev/null");
        let mut process = Process::start_foreign("sh", &command, &log, "ready").unwrap();

        process.ask_to_leave();

        assert_eq!(process.dies().unwrap().and_then(|status| status.code()), Some(128 + 9));
    }

    #[test]
    fn a_foreign_program_that_leaves_early_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");

        let error = Process::start_foreign("sh", &shell("echo no config; exit 1"), &log, "ready");

        let error = error.err().unwrap().to_string();
        assert!(
            error.contains("left before it was ready") && error.contains("no config"),
            "{error}"
        );
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
