//! The browser extension in a folder of its own, loaded unpacked.

use std::{
    fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use adapter_api::extension;
use anyhow::{Context as _, Result, ensure};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::built;

pub struct Extension {
    pub folder: PathBuf,
    /// Of its pages.
    pub origin: String,
}

impl Extension {
    /// The repository's, or what `cargo xtask dist` has made of it.
    pub fn unpack(profile: &Path, packed: bool) -> Result<Self> {
        let folder = profile.canonicalize()?.join("extension");
        let origin = if packed {
            extract(&built::packed_extension()?, &folder)?;
            extension::origin(&id_of(&folder)).context("an id is an id")?
        } else {
            built::extension(&folder)?;
            extension::ORIGIN.to_owned()
        };
        Ok(Self { folder, origin })
    }

    /// For the browser's preferences: the agent has allowed these sites before, so that the browser grants what
    /// it is asked for without a question, which nobody could answer.
    pub fn granted_before(&self) -> Value {
        let id = self.origin.rsplit('/').next().unwrap_or_default();
        let sites = [
            "http://phone.localhost/*",
            "https://phone.example/*",
            "http://acme.lightning.localhost/*",
        ];
        let granted = json!({ "api": [], "explicit_host": sites, "manifest_permissions": [], "scriptable_host": [] });
        json!({ id: { "granted_permissions": granted, "runtime_granted_permissions": granted } })
    }
}

/// As browsers make it for a folder whose manifest has no key.
fn id_of(folder: &Path) -> String {
    let digest = digest(&SHA256, folder.as_os_str().as_encoded_bytes());
    let halves = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.take(32).map(|half| char::from(b'a' + half)).collect()
}

fn extract(zip: &Path, folder: &Path) -> Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(fs::read(zip)?))?;
    for at in 0..zip.len() {
        let mut file = zip.by_index(at)?;
        let name = file.enclosed_name().context("a name that stays in its folder")?;
        let to = folder.join(&name);
        fs::create_dir_all(to.parent().context("a folder")?)?;
        io::copy(&mut file, &mut fs::File::create(&to)?)?;
        let theirs = built::extension_dir().join(&name);
        if name.starts_with("extension") {
            let same =
                fs::read(&theirs).is_ok_and(|bytes| fs::read(&to).is_ok_and(|to| to == bytes));
            ensure!(
                same,
                "the package is not of this {}; pack it with `cargo xtask dist`",
                theirs.display()
            );
        }
    }
    Ok(())
}
