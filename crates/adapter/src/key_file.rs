//! The process's own keys: 32 random bytes each in base64url, in a file that only its owner reads, or in the
//! environment.
//!
//! ~~~text
//! # A key a line, the newest first, and when it was made.
//! 6jB1…Q 2026-03-01T09:30:00Z
//! p0Xk…w
//! ~~~

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown},
    path::Path,
};

use anyhow::{Context as _, ensure};
use identity::keys::{KeyId, Keys};
use jiff::Timestamp;
use oauth::base64url;

use crate::secret_file;

/// The environment's variable that goes before the file. There a comma ends a line, too.
pub const VARIABLE: &str = "CORDBOARD_KEY";

/// What the file says. Never printed.
pub struct KeyFile {
    /// The newest first; never empty.
    lines: Vec<Line>,
}

#[derive(Clone, PartialEq, Eq)]
struct Line {
    secret: [u8; 32],
    made_at: Option<Timestamp>,
}

impl Line {
    fn id(&self) -> KeyId {
        Keys::from_secret(&self.secret).in_use().clone()
    }
}

pub fn load(path: &Path) -> anyhow::Result<KeyFile> {
    match std::env::var(VARIABLE) {
        Ok(text) => of_variable(&text),
        Err(_) => read(path),
    }
}

fn of_variable(text: &str) -> anyhow::Result<KeyFile> {
    KeyFile::parse(&text.replace(',', "\n")).with_context(|| format!("the variable `{VARIABLE}`"))
}

fn read(path: &Path) -> anyhow::Result<KeyFile> {
    let text = secret_file::read("key file", path)?;
    KeyFile::parse(&text).with_context(|| format!("the key file `{}`", path.display()))
}

impl KeyFile {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut lines: Vec<Line> = Vec::new();
        let written = text.lines().enumerate().map(|(place, line)| (place + 1, line.trim()));
        for (number, line) in written.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let line = parse_line(line).with_context(|| format!("line {number}"))?;
            ensure!(
                !lines.iter().any(|other| other.secret == line.secret),
                "line {number}: the key stands there twice"
            );
            lines.push(line);
        }
        ensure!(!lines.is_empty(), "no key stands there");
        ensure!(lines.len() <= MOST, "more than {MOST} keys stand there");
        Ok(Self { lines })
    }

    pub fn keys(&self) -> Keys {
        let older: Vec<[u8; 32]> = self.lines[1..].iter().map(|line| line.secret).collect();
        Keys::from_secrets(&self.lines[0].secret, &older)
    }

    /// Each key, the newest first, and when it was made where that is known.
    pub fn made_at(&self) -> Vec<(KeyId, Option<Timestamp>)> {
        self.lines.iter().map(|line| (line.id(), line.made_at)).collect()
    }

    fn text(&self) -> String {
        let line = |line: &Line| {
            let secret = base64url::encode(line.secret);
            match line.made_at {
                Some(at) => format!("{secret} {at}\n"),
                None => format!("{secret}\n"),
            }
        };
        format!("{HEAD}{}", self.lines.iter().map(line).collect::<String>())
    }
}

fn parse_line(text: &str) -> anyhow::Result<Line> {
    let (secret, made_at) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let secret = base64url::decode(secret).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let made_at = match made_at.trim() {
        "" => None,
        at => Some(at.parse().context("a key is followed by the time it was made, or by nothing")?),
    };
    Ok(Line { secret: secret.context("a key is 32 bytes in base64url")?, made_at })
}

/// Writes a file with one new key, and never over one that is there: what it sealed would be lost.
pub fn create(path: &Path, now: Timestamp) -> anyhow::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("the key file `{}` cannot be made", path.display()))?;
    file.write_all(KeyFile { lines: vec![new(now)] }.text().as_bytes())?;
    Ok(())
}

/// Puts a new key before those in the file; answers its id.
pub fn add(path: &Path, now: Timestamp) -> anyhow::Result<KeyId> {
    let mut file = changeable(path)?;
    ensure!(file.lines.len() < MOST, "there are {MOST} keys; `cordboard key retire` removes one");
    file.lines.insert(0, new(now));
    replace(path, &file)?;
    Ok(file.lines[0].id())
}

/// Takes a key out of the file, which keeps one at least.
pub fn remove(path: &Path, id: &KeyId) -> anyhow::Result<()> {
    let mut file = changeable(path)?;
    file.lines.retain(|line| line.id() != *id);
    ensure!(!file.lines.is_empty(), "the only key cannot be taken out");
    replace(path, &file)
}

/// Refuses, before anything is done, where the keys are not in the file.
pub fn check_changeable() -> anyhow::Result<()> {
    ensure!(
        std::env::var_os(VARIABLE).is_none(),
        "the keys come from the variable `{VARIABLE}`; change them there, the newest first, with commas between"
    );
    Ok(())
}

fn changeable(path: &Path) -> anyhow::Result<KeyFile> {
    check_changeable()?;
    read(path)
}

/// The file is there whole, the old one or the new one, whatever happens in between; owner and mode stay.
fn replace(path: &Path, file: &KeyFile) -> anyhow::Result<()> {
    let path = fs::canonicalize(path)?;
    let old = fs::metadata(&path)?;
    let folder = path.parent().context("a file has a folder")?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!("{name}.new"));
    let mut new = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| format!("`{}` cannot be made beside the key file", beside.display()))?;
    let written = (|| {
        new.write_all(file.text().as_bytes())?;
        chown(&beside, Some(old.uid()), Some(old.gid()))?;
        new.set_permissions(old.permissions())?;
        new.sync_all()?;
        fs::rename(&beside, &path)?;
        fs::File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // The keys in it are of no use to anybody, and the next attempt needs the name.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("the key file `{}` cannot be replaced", path.display()))
}

fn new(now: Timestamp) -> Line {
    // To the second, as it is written.
    let made_at = Timestamp::from_second(now.as_second()).ok();
    Line { secret: crate::random::bytes(), made_at }
}

/// Each is tried on what comes from outside, so their number is bounded.
const MOST: usize = 8;

const HEAD: &str =
    "# A key a line, the newest first, and when it was made. `cordboard key` changes it.\n";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_key_is_its_owners_alone_and_is_never_replaced() {
        let (_folder, path) = made();

        assert_eq!(mode(&path), 0o600);
        assert!(read(&path).is_ok());
        assert!(create(&path, now()).is_err());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let (_folder, path) = made();
        for mode in [0o644, 0o640, 0o660, 0o606] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            assert!(complaint(read(&path)).contains("chmod 600"), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(read(&path).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused_by_its_line() {
        let key = base64url::encode([1; 32]);
        let complaint = |text: &str| complaint(KeyFile::parse(text));

        assert_eq!(complaint("c2hvcnQ"), "line 1: a key is 32 bytes in base64url");
        assert!(
            complaint(&format!("# old\n\n{key} tomorrow")).starts_with("line 3: a key is followed")
        );
        assert_eq!(complaint(&format!("{key}\n{key}")), "line 2: the key stands there twice");
        assert_eq!(complaint("# nothing\n"), "no key stands there");
        let many: String = (0..9).map(|n| base64url::encode([n; 32]) + "\n").collect();
        assert_eq!(complaint(&many), "more than 8 keys stand there");
    }

    #[test]
    fn a_file_with_one_bare_key_is_read_as_ever() {
        let file = KeyFile::parse(&format!("{}\n", base64url::encode([1; 32]))).unwrap();

        assert_eq!(file.keys().in_use(), Keys::from_secret(&[1; 32]).in_use());
        assert_eq!(file.made_at(), [(file.keys().in_use().clone(), None)]);
    }

    #[test]
    fn in_the_environment_keys_stand_between_commas() {
        let [new, old] = [[2; 32], [1; 32]].map(base64url::encode);

        let file = of_variable(&format!("{new} 2026-03-01T09:30:00Z, {old}")).unwrap();

        let both = Keys::from_secrets(&[2; 32], &[[1; 32]]);
        assert_eq!(file.keys().ids().collect::<Vec<_>>(), both.ids().collect::<Vec<_>>());
        assert!(complaint(of_variable("none")).starts_with("the variable `CORDBOARD_KEY`: line 1"));
    }

    #[test]
    fn a_key_is_added_before_the_others_and_owner_and_mode_stay() {
        let (_folder, path) = made();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        let old = read(&path).unwrap().keys().in_use().clone();

        let new = add(&path, now()).unwrap();

        let ids: Vec<KeyId> = read(&path).unwrap().keys().ids().cloned().collect();
        assert_eq!(ids, [new.clone(), old.clone()]);
        assert_eq!(read(&path).unwrap().made_at()[0], (new.clone(), Some(now())));
        assert_eq!(mode(&path), 0o400);
        remove(&path, &old).unwrap();
        assert_eq!(read(&path).unwrap().keys().in_use(), &new);
        assert!(remove(&path, &new).is_err(), "the last one stays");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left");
    }

    fn complaint(read: anyhow::Result<KeyFile>) -> String {
        format!("{:#}", read.err().expect("it is refused"))
    }

    fn made() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cordboard.key");
        create(&path, now()).unwrap();
        (folder, path)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).unwrap()
    }
}
