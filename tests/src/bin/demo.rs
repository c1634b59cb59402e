//! What `cargo xtask demo` becomes once everything is built: both servers, until Ctrl-C.

use std::{fs, path::Path, process::ExitCode, sync::mpsc, time::Duration};

use acceptance::{
    built,
    installation::{CONFIG, Installation, Options, Ports},
};
use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Arguments { ports, keep } = Arguments::parse(std::env::args().skip(1))?;
    // Before anything starts, so that Ctrl-C finds a process that cleans up.
    let stop = stop_signal()?;
    ports.ensure_free()?;
    let folder = built::target_dir()?.join("demo");
    if !keep && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let mut installation = Installation::start(&folder, ports, &Options::calling())?;

    println!("{}", invitation(&installation, &built::program("cordboard")?, &folder.join(CONFIG)));
    // Woken by Ctrl-C; twice a second a look whether both servers still stand.
    while let Err(mpsc::RecvTimeoutError::Timeout) = stop.recv_timeout(Duration::from_millis(500)) {
        if let Some(fallen) = installation.fallen()? {
            bail!("{fallen}");
        }
    }
    println!("\nstopping");
    Ok(())
}

struct Arguments {
    ports: Ports,
    keep: bool,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = Self { ports: at(PORT_BASE), keep: false };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--keep" => arguments.keep = true,
                "--port-base" => {
                    let base = words.next().and_then(|base| base.parse().ok());
                    let base = base.filter(|base| (1..=u16::MAX - ADAPTER_OFFSET).contains(base));
                    arguments.ports = at(base.context("`--port-base` wants a number below 65436")?);
                }
                unknown => bail!("`demo` knows `--port-base N` and `--keep`, not `{unknown}`"),
            }
        }
        Ok(arguments)
    }
}

fn at(base: u16) -> Ports {
    Ports { practice: base, adapter: base + ADAPTER_OFFSET, pbx: base + PBX_OFFSET, front: None }
}

fn stop_signal() -> Result<mpsc::Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = sender.send(());
    })?;
    Ok(receiver)
}

fn invitation(installation: &Installation, cordboard: &Path, config: &Path) -> String {
    format!(
        "
  Cordboard is ready. Open this address in Chrome, Chromium or Edge on this computer:

    {console}/

  What to try there (every password is `practice`):

  1. Log in as anna.agent@acme.example and open Phone in the bar at the foot. Salesforce has told the
     panel who you are; choose Sign in with Salesforce, then Allow in the window.
  2. Reload, or open the console in a second tab: no click is needed any more. Under What you allowed
     you can take the permission back.
  3. Log out (the round button at the top right) and come back as ben.berger@acme.example. He is
     signed in by operator ID and SSO token, the legacy method, and the panel offers him to switch.
  4. As ada.admin@acme.example: the wheel, Call Centers, Cordboard. Set Enable Salesforce SSO to True
     with a capital T, and see what an agent's panel says of it. Set it back to true, and choose Try
     again there.
  5. Still as Ada: the wheel, Users, Login beside Anna. Anna's phone does not open for you.
  6. In another terminal, while Anna is signed in (`agent enable` lets her in again):
     {cordboard} agent disable --config {config} acme anna

  7. As Anna, signed in: call 600, an echo; or open a contact and choose Ring me as this contact.

  Ctrl-C stops everything.
",
        console = installation.console(),
        cordboard = cordboard.display(),
        config = config.display(),
    )
}

const PORT_BASE: u16 = 8600;
const ADAPTER_OFFSET: u16 = 100;
const PBX_OFFSET: u16 = 2;
