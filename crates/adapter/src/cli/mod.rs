//! The command line. Every command but `init` and `serve` works beside the running server.

mod agent;
mod audit;
mod backup;
mod call_log;
mod calling;
mod check_config;
mod consent;
mod init;
mod key;
mod legacy;
mod legacy_import;
mod open;
mod organization;
mod owner;
mod print;
mod salesforce;
mod serve;
mod session;
mod token_file;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use print::{Answer, Output};

/// The Cordboard adapter: signs agents of a Salesforce call center in, and administers their accounts.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version)]
struct Cli {
    /// The configuration file.
    #[arg(long, global = true, env = "CORDBOARD_CONFIG", default_value = "cordboard.toml")]
    config: PathBuf,
    /// Print one JSON value in place of text; an error is then an object on standard error.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a commented configuration and a new key file.
    Init(init::Arguments),
    /// Run the adapter.
    Serve(serve::Arguments),
    /// Look whether everything is there that `serve` needs, and say what to mend.
    CheckConfig,
    /// Copy the database while the server runs.
    Backup(backup::Arguments),
    /// Add, show, change and list organisations.
    #[command(subcommand)]
    Organization(Box<organization::Command>),
    /// Add, change, link, list, disable and enable agents.
    #[command(subcommand)]
    Agent(agent::Command),
    /// Operator IDs and SSO tokens.
    #[command(subcommand)]
    Legacy(legacy::Command),
    /// Who is signed in, and ending that.
    #[command(subcommand)]
    Session(session::Command),
    /// What agents have allowed, and revoking it.
    #[command(subcommand)]
    Consent(consent::Command),
    /// Calls that are not in Salesforce yet, or refused there.
    #[command(subcommand)]
    CallLog(call_log::Command),
    /// Change the keys that everything secret rests on.
    #[command(subcommand)]
    Key(key::Command),
    /// Write out what a Salesforce organisation imports and deploys.
    #[command(subcommand)]
    Salesforce(salesforce::Command),
    /// Show the newest entries of the audit log.
    Audit(audit::Arguments),
}

pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error),
    };
    let output = if cli.json { Output::Programs } else { Output::People };
    match answer(&cli.config, cli.command).and_then(|answer| answer.show(output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn answer(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Init(arguments) => init::run(config, &arguments),
        Command::Serve(arguments) => serve::run(config, &arguments),
        Command::CheckConfig => check_config::run(config),
        Command::Backup(arguments) => backup::run(config, &arguments),
        Command::Organization(command) => organization::run(config, *command),
        Command::Agent(command) => agent::run(config, command),
        Command::Legacy(command) => legacy::run(config, command),
        Command::Session(command) => session::run(config, command),
        Command::Consent(command) => consent::run(config, command),
        Command::CallLog(command) => call_log::run(config, command),
        Command::Key(command) => key::run(config, command),
        Command::Salesforce(command) => salesforce::run(config, command),
        Command::Audit(arguments) => audit::run(config, &arguments),
    }
}

/// Help and version are answers, too; what was misspelt is an error.
fn not_understood(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        Output::Programs.complain(text.trim().trim_start_matches("error: "));
    } else {
        // Where it cannot be printed there is nobody to tell.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn no_two_commands_or_options_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
