//! Files that hold a secret. Whoever reads one has the secret, so nobody but its owner may.

use std::{
    fs::{self, File},
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// `what` names the file in a refusal, such as `key file`.
pub fn read(what: &str, path: &Path) -> anyhow::Result<String> {
    String::from_utf8(read_bytes(what, path)?)
        .with_context(|| format!("the {what} `{}` is not text", path.display()))
}

/// For whoever can say better what is wrong where it is not text.
pub fn read_bytes(what: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    let credentials = std::env::var_os(CREDENTIALS).map(PathBuf::from);
    read_beside(what, path, credentials.as_deref())
}

/// A secret from a file, or from standard input for `-`; never from an argument, which every process on the
/// machine can read.
pub fn read_or_typed(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = read("secret file", path)?;
    }
    match text.trim() {
        "" => bail!("the secret file `{}` is empty", path.display()),
        secret => Ok(secret.to_owned()),
    }
}

fn read_beside(what: &str, path: &Path, credentials: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("the {what} `{}` cannot be read", path.display());
    let mut file = File::open(path).with_context(unreadable)?;
    // Of what was opened, since another file may stand at the path by now.
    let mode = file.metadata().with_context(unreadable)?.permissions().mode();
    // systemd gives a service its credentials as root's, with an access list that shows as the group's mode.
    let forbidden = if lies_in(path, credentials) { 0o037 } else { 0o077 };
    if mode & forbidden != 0 {
        let path = path.display();
        bail!("the {what} `{path}` is open to others than its owner; `chmod 600 {path}`");
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).with_context(unreadable)?;
    Ok(bytes)
}

/// Directly, wherever links lead.
fn lies_in(path: &Path, folder: Option<&Path>) -> bool {
    let (Some(folder), Some(parent)) = (folder, path.parent()) else { return false };
    match (fs::canonicalize(folder), fs::canonicalize(parent)) {
        (Ok(folder), Ok(parent)) => folder == parent,
        _ => false,
    }
}

/// systemd.exec(5), "Credentials": "The directory path is stored in the environment variable".
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_file_that_others_may_read_or_write_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for mode in [0o604, 0o640, 0o644, 0o660, 0o602, 0o620, 0o610] {
            let file = file(&folder, mode);

            let refused = read_beside("secret file", &file, None).unwrap_err().to_string();

            let expected = format!("`chmod 600 {}`", file.display());
            assert!(refused.contains(&expected), "{mode:o}: {refused}");
        }
        for mode in [0o400, 0o600] {
            assert_eq!(read_beside("secret file", &file(&folder, mode), None).unwrap(), b"secret");
        }
    }

    #[test]
    fn a_credential_of_systemds_may_be_its_groups_to_read() {
        let (credentials, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let read = |file: &Path| read_beside("key file", file, Some(credentials.path()));

        assert!(read(&file(&credentials, 0o440)).is_ok());
        for mode in [0o444, 0o460, 0o441] {
            assert!(read(&file(&credentials, mode)).is_err(), "{mode:o}");
        }
        assert!(read(&file(&elsewhere, 0o440)).is_err());
        let around = elsewhere.path().join("..").join(credentials.path().file_name().unwrap());
        assert!(read(&around.join("440")).is_ok(), "the same folder by another name");
        let below = credentials.path().join("below");
        fs::create_dir(&below).unwrap();
        fs::copy(credentials.path().join("440"), below.join("440")).unwrap();
        assert!(read(&below.join("440")).is_err());
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();

        let refused = read_beside("key file", &folder.path().join("none"), None).unwrap_err();

        assert!(format!("{refused:#}").contains("none` cannot be read"), "{refused:#}");
    }

    /// Named by its mode.
    fn file(folder: &TempDir, mode: u32) -> PathBuf {
        let path = folder.path().join(format!("{mode:o}"));
        fs::write(&path, "secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }
}
