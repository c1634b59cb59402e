//! Who may touch the database: its file's owner. Root steps down to that owner, so that no file of root's
//! appears beside it; anybody else is refused.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use anyhow::{Context as _, bail};
use nix::unistd::{Gid, Uid, User, getegid, geteuid, setegid, seteuid, setgroups};

/// Does `work` as the database's owner. Root is root again afterwards: the key file may be another's.
pub fn as_owner_of<T>(
    database: &Path,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let metadata = fs::metadata(database).with_context(|| {
        format!("there is no database at `{}`; `cordboard serve` makes it", database.display())
    })?;
    let (owner, group) = (Uid::from_raw(metadata.uid()), Gid::from_raw(metadata.gid()));
    match geteuid() {
        user if user == owner => work(),
        user if user.is_root() => {
            let roots_group = getegid();
            setgroups(&[group])
                .and_then(|()| setegid(group))
                .and_then(|()| seteuid(owner))
                .with_context(|| {
                    format!(
                        "cannot step down to user {owner}, the owner of `{}`",
                        database.display()
                    )
                })?;
            let result = work();
            seteuid(user).and_then(|()| setegid(roots_group)).context("cannot step up again")?;
            result
        }
        user => bail!(
            "the database `{}` belongs to {}; run this as that user, not as {}",
            database.display(),
            name(owner),
            name(user)
        ),
    }
}

/// Who types the commands, for the audit log.
pub fn operator() -> String {
    // Behind sudo the person is named there.
    let by_sudo = std::env::var("SUDO_USER").ok();
    format!("command line by {}", by_sudo.unwrap_or_else(|| name(geteuid())))
}

fn name(user: Uid) -> String {
    match User::from_uid(user) {
        Ok(Some(found)) => found.name,
        Ok(None) | Err(_) => format!("user {user}"),
    }
}
