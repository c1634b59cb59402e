//! The command line. Every command but `init` and `serve` works beside the running server.

mod agent;
mod audit;
mod backup;
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

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// The Cordboard adapter: signs agents of a Salesforce call center in, and administers their accounts.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version)]
struct Cli {
    /// The configuration file.
    #[arg(long, global = true, env = "CORDBOARD_CONFIG", default_value = "cordboard.toml")]
    config: PathBuf,
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
    CheckConfig(check_config::Arguments),
    /// Copy the database while the server runs.
    Backup(backup::Arguments),
    /// Add, show, change and list organisations.
    #[command(subcommand)]
    Organization(organization::Command),
    /// Add, link, list, disable and enable agents.
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
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Init(arguments) => init::run(&cli.config, &arguments),
        Command::Serve(arguments) => serve::run(&cli.config, &arguments),
        Command::CheckConfig(arguments) => check_config::run(&cli.config, &arguments),
        Command::Backup(arguments) => backup::run(&cli.config, &arguments),
        Command::Organization(command) => organization::run(&cli.config, command),
        Command::Agent(command) => agent::run(&cli.config, command),
        Command::Legacy(command) => legacy::run(&cli.config, command),
        Command::Session(command) => session::run(&cli.config, command),
        Command::Consent(command) => consent::run(&cli.config, command),
        Command::Key(command) => key::run(&cli.config, command),
        Command::Salesforce(command) => salesforce::run(&cli.config, command),
        Command::Audit(arguments) => audit::run(&cli.config, &arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cordboard: {error:#}");
            ExitCode::FAILURE
        }
    }
}
