//! `cordboard salesforce call-center|package`: what an organisation imports and deploys, with this adapter's
//! own address filled in. Needs the configuration alone, so it can be done before anything runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{ArgAction, Subcommand};
use identity::organization::Handle;
use salesforce::force_app::{PackageValues, call_center, package};
use serde_json::json;

use super::print::Answer;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the call center definition file for Setup > Call Centers > Import.
    CallCenter {
        /// The organisation's handle.
        organization: String,
        /// The value of *Enable Salesforce SSO*.
        #[arg(long, default_value_t = true, action = ArgAction::Set)]
        salesforce_sso: bool,
    },
    /// Write the Apex class, fields and permission sets out as an sfdx project.
    Package {
        /// The organisation's handle.
        organization: String,
        /// The folder to make.
        #[arg(long)]
        out: PathBuf,
        /// The unique name of the certificate in Setup > Certificate and Key Management.
        #[arg(long, default_value = "Cordboard")]
        certificate: String,
    },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    let config = Config::load(config)?;
    let public_url = config.public_url.as_str();
    match command {
        Command::CallCenter { organization, salesforce_sso } => {
            let organization = Handle::parse(&organization)?;
            let xml = call_center(public_url, organization.as_str(), salesforce_sso).to_xml();
            Ok(Answer::new(json!({ "call_center": xml })).text(xml))
        }
        Command::Package { organization, out, certificate } => {
            let organization = Handle::parse(&organization)?;
            if !certificate.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                || certificate.is_empty()
            {
                bail!("a certificate's unique name is letters, digits and underscores");
            }
            let values = PackageValues {
                adapter_url: public_url,
                certificate: &certificate,
                organization: organization.as_str(),
            };
            write(&out, &values)
        }
    }
}

fn write(out: &Path, values: &PackageValues<'_>) -> anyhow::Result<Answer> {
    if out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("`{}` is not empty", out.display());
    }
    let mut files = Vec::new();
    for (path, text) in package(values) {
        let path = out.join(path);
        let folder = path.parent().context("a file of the package has a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("the folder `{}`", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("the file `{}`", path.display()))?;
        files.push(path.display().to_string());
    }
    let lines = files.iter().map(|file| format!("{file}\n")).collect();
    Ok(Answer::new(json!({ "files": files }))
        .text(lines)
        .note("Next: docs/salesforce-setup.md says how to deploy it."))
}
