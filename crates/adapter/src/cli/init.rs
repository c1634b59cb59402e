//! `cordboard init`: a commented configuration and a key, never over files that are there.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::print::Answer;
use crate::{clock, config, key_file};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Where browsers reach the adapter, such as `https://phone.example`.
    #[arg(long)]
    public_url: String,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8700")]
    listen: String,
    /// The folder of the built panel.
    #[arg(long, default_value = "panel")]
    assets: PathBuf,
    /// A console host beyond Salesforce's own families; may be given several times.
    #[arg(long = "extra-host")]
    extra_hosts: Vec<String>,
}

pub fn run(file: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder).with_context(|| format!("the folder `{}`", folder.display()))?;
    }
    let text = config::template(
        &arguments.listen,
        &arguments.public_url,
        &arguments.assets.to_string_lossy(),
        &arguments.extra_hosts,
    );
    let mut written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .with_context(|| format!("the configuration `{}` cannot be made", file.display()))?;
    written.write_all(text.as_bytes())?;
    // What was written must be what `serve` reads.
    let config = config::Config::load(file)?;
    key_file::create(&config.key_file, clock::now())?;
    Ok(Answer::new(json!({ "config": file, "key_file": config.key_file }))
        .note("Next: `cordboard serve`, then `cordboard organization add --help`."))
}
