//! `cordboard`, the adapter: an HTTP service that signs agents in, and the command line that administers it.
//!
//! ~~~text
//! http/      one route per file; parses, asks the mind, saves, answers
//! clients/   Salesforce, as the adapter asks it
//! directory  what Salesforce says of agents' users, asked each minute and where it may have changed
//! jobs/      what happens without a request: noticing other writers, writing calls, sweeping
//! cli/       one command per file, beside the running server
//! ~~~

#![forbid(unsafe_code)]

mod app;
mod call_log;
mod cli;
mod clients;
mod clock;
mod config;
mod connections;
mod directory;
mod hashing;
mod http;
mod hub;
mod jobs;
mod key_file;
mod limits;
mod log;
mod metrics;
mod network;
mod random;
mod readiness;
mod replay;
mod secret_file;

fn main() -> std::process::ExitCode {
    cli::run()
}
