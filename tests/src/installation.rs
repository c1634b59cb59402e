//! Practice org and adapter, started and introduced to each other as an administrator would do it: one
//! command after the other, nothing behind the product's back.
//!
//! ~~~text
//! cordboard init --> serve --> salesforce call-center --> cordboard-practice (imports that very file)
//!                                                              | ids, certificate, clients
//!                    legacy issue-token <-- agent add <-- organization add
//! ~~~

mod options;
mod ports;

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Output},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use self::ports::loopback;
pub use self::{
    options::{Agent, Approval, Calls, Legacy, Names, Options, Proof},
    ports::Ports,
};
use crate::{
    built, http,
    pbx::{Kamailio, Pbx, Trunk},
    process::Process,
};

pub struct Installation {
    ports: Ports,
    folder: PathBuf,
    adapter_environment: Vec<(&'static str, PathBuf)>,
    /// Stories restart it under desks that go on.
    adapter: Mutex<Option<Process>>,
    practice: Process,
    pbx: Pbx,
    /// What the practice org says of itself when it is ready.
    pub org: Value,
}

impl Installation {
    /// In an empty `folder`; or in one that an earlier start has left, whose database goes on.
    pub fn start(folder: &Path, ports: Ports, options: &Options) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let kept = folder.join(CONFIG).exists();
        if !kept {
            init(folder, ports)?;
        }
        let adapter = start_adapter(folder, ports, &options.adapter_environment)?;
        let flag = if options.salesforce_sso == "true" { "true" } else { "false" };
        let definition =
            run(folder, &["salesforce", "call-center", ORGANIZATION, "--salesforce-sso", flag])?;
        fs::write(folder.join(CALL_CENTER), definition)?;
        let (practice, org) = start_practice(folder, ports, options.open_cti_script.as_deref())?;

        let pbx = match options.calls {
            Calls::Kamailio => Pbx::Kamailio(Box::new(Kamailio::start(folder)?)),
            Calls::None | Calls::Practice => practice_pbx(ports, &org)?,
        };

        let installation = Self {
            ports,
            folder: folder.to_owned(),
            adapter_environment: options.adapter_environment.clone(),
            adapter: Mutex::new(Some(adapter)),
            practice,
            pbx,
            org,
        };
        installation.introduce(options, kept)?;
        Ok(installation)
    }

    /// The console's address, without a slash at its end.
    pub fn console(&self) -> String {
        console(self.ports)
    }

    /// The same organisation's console under another name, of another site.
    pub fn other_console(&self) -> String {
        other_console(self.ports)
    }

    pub fn my_domain(&self) -> String {
        my_domain(self.ports)
    }

    /// The adapter's public URL, without a slash at its end.
    pub fn adapter_url(&self) -> String {
        adapter_url(self.ports)
    }

    pub fn adapter_address(&self) -> SocketAddr {
        loopback(self.ports.adapter)
    }

    /// Where configuration, database and logs lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The administrator's command line: what it prints. The configuration is added.
    pub fn cordboard(&self, arguments: &[&str]) -> Result<String> {
        run(&self.folder, arguments)
    }

    /// The same, for a command that is to fail: what it complains of.
    pub fn cordboard_refuses(&self, arguments: &[&str]) -> Result<String> {
        let output = output(&self.folder, arguments)?;
        ensure!(!output.status.success(), "`cordboard {}` succeeds", arguments.join(" "));
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// The command line takes a secret from a file, never from an argument.
    pub fn secret_file(&self, name: &str, secret: &str) -> Result<String> {
        let file = self.folder.join(format!("{name}.secret"));
        fs::write(&file, secret)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        Ok(file.to_string_lossy().into_owned())
    }

    /// Gives a setting of the adapter's configuration another value, as an operator who edits the file. It counts
    /// from the next start.
    pub fn configure(&self, name: &str, value: &str) -> Result<()> {
        let path = self.folder.join(CONFIG);
        let text = fs::read_to_string(&path)?;
        let is_it = |line: &&str| {
            line.strip_prefix("# ").unwrap_or(line).starts_with(&format!("{name} = "))
        };
        let line = text.lines().find(is_it).with_context(|| format!("no line for `{name}`"))?;
        Ok(fs::write(&path, text.replace(line, &format!("{name} = {value}")))?)
    }

    /// Rearranges the practice org: `user`, `call-center`, `app`, `apex`, `faults`, `browser`,
    /// `open-cti`.
    pub fn practice_control(&self, what: &str, body: &Value) -> Result<Value> {
        let host = self.console_host();
        http::post_json(loopback(self.ports.practice), &host, &format!("/practice/{what}"), body)
    }

    /// Everything the practice org knows, credentials included.
    pub fn practice_state(&self) -> Result<Value> {
        let host = self.console_host();
        let response = http::get(loopback(self.ports.practice), &host, "/practice/state", &[])?;
        serde_json::from_str(&response.body).context("GET /practice/state")
    }

    /// The practice org tells its sites apart by the host.
    fn console_host(&self) -> String {
        let console = self.console();
        console.split_once("://").map_or(console.clone(), |(_, host)| host.to_owned())
    }

    /// Gives the call center's *Enable Salesforce SSO* another value, as Setup does.
    pub fn set_salesforce_sso(&self, value: &str) -> Result<()> {
        self.practice_control("call-center", &json!({ "items": { SALESFORCE_SSO: value } }))
            .map(drop)
    }

    /// A new legacy token, on the agent's user record as well.
    pub fn issue_token(&self, agent: &Agent) -> Result<String> {
        let token = self.cordboard(&["legacy", "issue-token", ORGANIZATION, &agent.handle])?;
        let token = token.trim().to_owned();
        self.practice_control("user", &json!({ "username": agent.username, "sso_token": token }))?;
        Ok(token)
    }

    /// The adapter's process id, while it runs.
    pub fn adapter_process(&self) -> Option<u32> {
        self.adapter().as_ref().map(Process::id)
    }

    pub fn stop_adapter(&self) -> Result<()> {
        if let Some(mut adapter) = self.adapter().take() {
            adapter.stop()?;
        }
        Ok(())
    }

    pub fn start_adapter(&self) -> Result<()> {
        self.stop_adapter()?;
        let started = start_adapter(&self.folder, self.ports, &self.adapter_environment)?;
        *self.adapter() = Some(started);
        Ok(())
    }

    /// Stops and starts it on the same database, as an update does.
    pub fn restart_adapter(&self) -> Result<()> {
        self.start_adapter()
    }

    /// How the adapter has died, if it does within a moment.
    pub fn adapter_dies(&self) -> Result<Option<ExitStatus>> {
        self.adapter().as_mut().context("the adapter is stopped")?.dies()
    }

    /// A server that has left by itself, with its last words.
    pub fn fallen(&mut self) -> Result<Option<String>> {
        let adapter = self.adapter.get_mut().unwrap_or_else(PoisonError::into_inner);
        for process in [Some(&mut self.practice), adapter.as_mut()].into_iter().flatten() {
            if let Some(status) = process.ended()? {
                return Ok(Some(format!(
                    "{} has left ({status})\n{}",
                    process.name(),
                    process.tail()
                )));
            }
        }
        Ok(None)
    }

    /// What both servers said last.
    pub fn tails(&self) -> String {
        let adapter = self.adapter().as_ref().map(Process::tail).unwrap_or_default();
        format!("{adapter}{}{}", self.practice.tail(), self.pbx.tail())
    }

    fn adapter(&self) -> MutexGuard<'_, Option<Process>> {
        self.adapter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the practice org known to the adapter, and its agents.
    fn introduce(&self, options: &Options, kept: bool) -> Result<()> {
        let command = if kept { "set" } else { "add" };
        let arguments = self.organization(options)?;
        let mut words = vec!["organization", command, ORGANIZATION];
        words.extend(arguments.iter().map(String::as_str));
        self.cordboard(&words)?;
        if options.proof == Proof::Off {
            self.practice_control("apex", &json!({ "installed": false }))?;
        }
        if options.approval == Approval::InAdvance {
            let approved =
                json!({ "permitted_users": "pre_authorized", "approved_users": self.usernames() });
            self.practice_control("app", &approved)?;
        }
        if !matches!(options.salesforce_sso.as_str(), "true" | "false") {
            self.set_salesforce_sso(&options.salesforce_sso)?;
        }
        for agent in &options.agents {
            if !kept {
                self.add_agent(agent)?;
            }
            if agent.legacy_token {
                self.issue_token(agent)?;
            }
        }
        if options.calls != Calls::None {
            self.connect_pbx(&options.agents)?;
        }
        Ok(())
    }

    fn connect_pbx(&self, agents: &[Agent]) -> Result<()> {
        let Trunk { socket, domain, secret, .. } = self.trunk()?;
        let secret = self.secret_file("pbx", &secret)?;
        let pbx =
            ["--sip-websocket", &socket, "--sip-domain", &domain, "--sip-secret-file", &secret];
        self.cordboard(&[&["organization", "set", ORGANIZATION], &pbx[..]].concat())?;
        for (agent, extension) in agents.iter().zip(FIRST_EXTENSION..) {
            let extension = extension.to_string();
            self.cordboard(&[
                "agent",
                "set",
                ORGANIZATION,
                &agent.handle,
                "--extension",
                &extension,
            ])?;
        }
        Ok(())
    }

    /// How phones find the PBX, and what it takes for a password.
    pub fn trunk(&self) -> Result<Trunk> {
        let text = |pointer| self.org_text(pointer).map(str::to_owned);
        match &self.pbx {
            Pbx::Kamailio(kamailio) => Ok(kamailio.trunk()),
            Pbx::Practice { .. } => Ok(Trunk {
                socket: text("/pbx/socket")?,
                domain: text("/pbx/domain")?,
                secret: text("/pbx/secret")?,
                password: text("/pbx/password")?,
            }),
        }
    }

    /// Asks the PBX, or tells it something: `calls`, `calls/1`, `extensions`.
    pub fn pbx(&self, what: &str) -> Result<Value> {
        self.pbx.get(what)
    }

    pub fn pbx_control(&self, what: &str, body: &Value) -> Result<Value> {
        self.pbx.post(what, body)
    }

    /// Waits until the PBX has such a call among those of its far end.
    pub fn pbx_call(&self, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        self.pbx.wait_for("calls", is_it)
    }

    /// Waits until so many phones of an extension are registered.
    pub fn pbx_phones(&self, extension: &str, phones: u64) -> Result<()> {
        let is_it = |one: &Value| one["extension"] == extension && one["bindings"] == phones;
        self.pbx.wait_for("extensions", is_it).map(drop)
    }

    fn organization(&self, options: &Options) -> Result<Vec<String>> {
        let mut arguments = Vec::new();
        let mut option =
            |name: &str, value: &str| arguments.extend([format!("--{name}"), value.to_owned()]);
        option("name", "Acme");
        option("organization-id", self.org_text("/organization_id")?);
        option("my-domain", &self.my_domain());
        option("lightning-host", &self.console());
        option("sign-in-client-id", self.org_text("/sign_in_client/id")?);
        option("sign-in-client-secret-file", &self.secret("sign_in_client")?);
        if options.integration_client {
            option("integration-client-id", self.org_text("/integration_client/id")?);
            option("integration-client-secret-file", &self.secret("integration_client")?);
        }
        match options.proof {
            Proof::Required => {
                let certificate = self.folder.join("certificate.pem");
                fs::write(&certificate, self.org_text("/certificate")?)?;
                option("proof", "required");
                option("certificate", &certificate.to_string_lossy());
            }
            Proof::Off => option("proof", "off"),
        }
        option(
            "legacy",
            match options.legacy {
                Legacy::On => "on",
                Legacy::Migrating => "migrating",
                Legacy::Off => "off",
            },
        );
        Ok(arguments)
    }

    fn usernames(&self) -> Vec<&str> {
        let users = self.org.pointer("/users").and_then(Value::as_array);
        users.into_iter().flatten().filter_map(|user| user.pointer("/username")?.as_str()).collect()
    }

    fn add_agent(&self, agent: &Agent) -> Result<()> {
        let mut words = vec!["agent", "add", ORGANIZATION, &agent.handle, "--name", &agent.name];
        words.extend(["--operator-id", &agent.operator_id]);
        if agent.salesforce_user_entered {
            words.extend(["--salesforce-user", &agent.username]);
        }
        self.cordboard(&words).map(drop)
    }

    fn secret(&self, client: &str) -> Result<String> {
        self.secret_file(client, self.org_text(&format!("/{client}/secret"))?)
    }

    pub fn org_text(&self, pointer: &str) -> Result<&str> {
        let text = self.org.pointer(pointer).and_then(Value::as_str);
        text.with_context(|| format!("the practice org does not announce `{pointer}`"))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // Both are asked before either is waited for.
        self.practice.ask_to_leave();
        if let Some(adapter) = self.adapter().as_mut() {
            adapter.ask_to_leave();
        }
    }
}

fn init(folder: &Path, ports: Ports) -> Result<()> {
    let panel = built::panel_dir()?;
    let arguments = [
        "init",
        "--public-url",
        &adapter_url(ports),
        "--listen",
        &loopback(ports.adapter).to_string(),
        "--assets",
        &panel.to_string_lossy(),
        "--extra-host",
        &console(ports),
        "--extra-host",
        &other_console(ports),
        "--extra-host",
        &my_domain(ports),
    ];
    run(folder, &arguments).map(drop)
}

fn start_adapter(
    folder: &Path,
    ports: Ports,
    environment: &[(&'static str, PathBuf)],
) -> Result<Process> {
    let mut command = Command::new(built::program("cordboard")?);
    command.envs(environment.iter().cloned());
    command.args(["serve", "--stop-with-stdin", "--config"]).arg(folder.join(CONFIG));
    let (process, ready) = Process::start("adapter", &mut command, &folder.join("adapter.log"))?;
    let serves = ready["public_url"].as_str().unwrap_or_default().trim_end_matches('/');
    ensure!(
        serves == adapter_url(ports),
        "the configuration in {} is for {serves}; start afresh, or with the ports of then",
        folder.display()
    );
    Ok(process)
}

fn start_practice(
    folder: &Path,
    ports: Ports,
    open_cti_script: Option<&Path>,
) -> Result<(Process, Value)> {
    let mut command = Command::new(built::program("cordboard-practice")?);
    command
        .args(["--stop-with-stdin", "--listen", &loopback(ports.practice).to_string()])
        .args(["--console", &console(ports), "--my-domain", &my_domain(ports)])
        .args(["--other-console", &other_console(ports)])
        .args(["--pbx", &loopback(ports.pbx).to_string()])
        .arg("--call-center")
        .arg(folder.join(CALL_CENTER));
    if let Some(front) = ports.front {
        command.args(["--front", &loopback(front).to_string()]);
        command.args(["--adapter", &loopback(ports.adapter).to_string()]);
    }
    if let Some(script) = open_cti_script {
        command.arg("--open-cti-script").arg(script);
    }
    Process::start("practice org", &mut command, &folder.join("practice.log"))
}

fn practice_pbx(ports: Ports, org: &Value) -> Result<Pbx> {
    let socket = org.pointer("/pbx/socket").and_then(Value::as_str);
    let socket = socket.context("the practice org announces its PBX")?;
    let host = socket.trim_start_matches("ws://").to_owned();
    Ok(Pbx::Practice { address: loopback(ports.pbx), host })
}

fn run(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = output(folder, arguments)?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`cordboard {}`: {}", arguments.join(" "), complaint.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn output(folder: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new(built::program("cordboard")?);
    command.args(arguments).arg("--config").arg(folder.join(CONFIG));
    command.output().context("cannot start cordboard")
}

fn console(ports: Ports) -> String {
    match ports.front {
        Some(front) => format!("https://{FRONTED_CONSOLE}:{front}"),
        None => format!("http://{CONSOLE_HOST}:{}", ports.practice),
    }
}

fn other_console(ports: Ports) -> String {
    format!("http://acme.vf.localhost:{}", ports.practice)
}

fn my_domain(ports: Ports) -> String {
    format!("http://acme.my.localhost:{}", ports.practice)
}

fn adapter_url(ports: Ports) -> String {
    match ports.front {
        Some(front) => format!("https://{FRONTED_ADAPTER}:{front}"),
        None => format!("http://{ADAPTER_HOST}:{}", ports.adapter),
    }
}

/// The handle of the one organisation.
pub const ORGANIZATION: &str = "acme";

/// The adapter's configuration in its folder.
pub const CONFIG: &str = "cordboard.toml";

pub const ADAPTER_HOST: &str = "phone.localhost";
const CONSOLE_HOST: &str = "acme.lightning.localhost";
/// Names that browsers find only by a resolver rule.
pub const FRONTED_CONSOLE: &str = "acme.lightning.force.com";
pub const FRONTED_ADAPTER: &str = "phone.example";

const CALL_CENTER: &str = "Cordboard.callCenter.xml";
const SALESFORCE_SSO: &str = "cordboard/enableSalesforceSso";

const FIRST_EXTENSION: u32 = 1001;
