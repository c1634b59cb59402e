//! The process's own secret: 32 random bytes in base64url, in a file that only its owner reads, or in the
//! environment.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::{Context as _, bail};
use identity::keys::Keys;
use oauth::base64url;

use crate::secret_file;

/// The environment's variable that goes before the file.
pub const VARIABLE: &str = "CORDBOARD_KEY";

pub fn load(path: &Path) -> anyhow::Result<Keys> {
    let text = match std::env::var(VARIABLE) {
        Ok(text) => text,
        Err(_) => secret_file::read("key file", path)?,
    };
    let Some(secret) =
        base64url::decode(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
    else {
        bail!("the key in `{}` is not 32 bytes of base64url", path.display());
    };
    Ok(Keys::from_secret(&secret))
}

/// Writes a new key, and never over one that is there: what it sealed would be lost.
pub fn create(path: &Path) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("the key file `{}` cannot be made", path.display()))?;
    writeln!(file, "{}", base64url::encode(crate::random::bytes::<32>()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_key_is_its_owners_alone_and_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cordboard.key");

        create(&path).unwrap();

        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(load(&path).is_ok());
        assert!(create(&path).is_err());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cordboard.key");
        create(&path).unwrap();
        for mode in [0o644, 0o640, 0o660, 0o606] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            assert!(load(&path).unwrap_err().to_string().contains("chmod 600"), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(load(&path).is_ok());
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cordboard.key");
        fs::write(&path, "c2hvcnQ").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();

        assert!(load(&path).unwrap_err().to_string().contains("32 bytes"));
    }
}
