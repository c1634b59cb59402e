//! The log: which levels of which modules, and where to.
//!
//! A level alone is for everything; `MODULE=LEVEL` is for one module and what lies below it. What names no
//! level or no module that logs is refused: a filter would take `inof` for a module, and stay silent.

use anyhow::{Context as _, bail, ensure};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::config::LogFormat;

/// What `log` in the configuration says, once it has been understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(String);

impl Levels {
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        for part in text.split(',').map(str::trim) {
            check(part).with_context(|| format!("`log` has `{part}`"))?;
        }
        Ok(Self(text.to_owned()))
    }
}

fn check(part: &str) -> anyhow::Result<()> {
    let (module, level) = match part.split_once('=') {
        Some((module, level)) => (Some(module.trim()), level.trim()),
        None => (None, part),
    };
    ensure!(LEVELS.contains(&level), "a level is one of {}", LEVELS.join(", "));
    match module {
        Some(module) if !logs(module) => {
            bail!("a module is one of {}, or one below them", MODULES.join(", "))
        }
        _ => Ok(()),
    }
}

fn logs(module: &str) -> bool {
    let is_below = |known: &str| {
        // The program's own rooms are all listed, so that a slip of the pen in one is found.
        known != PROGRAM && module.strip_prefix(known).is_some_and(|rest| rest.starts_with("::"))
    };
    MODULES.iter().any(|known| module == *known || is_below(known))
}

/// From here on everything is logged to standard error.
pub fn start(levels: &Levels, format: LogFormat) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse(&levels.0)
        .context("`log` in the configuration")?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It complains of a log that cannot be written by `eprintln!`, which then panics: on a full disk the
        // request would end without an answer.
        .log_internal_errors(false);
    match format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

const PROGRAM: &str = "cordboard";

/// The program, its rooms that log, and the libraries that do.
const MODULES: [&str; 8] = [
    PROGRAM,
    "cordboard::cli",
    "cordboard::clients",
    "cordboard::http",
    "cordboard::jobs",
    "hyper",
    "hyper_util",
    "sqlx",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_for_everything_or_for_a_module() {
        for text in [
            "info",
            "off",
            "warn,cordboard::http=debug",
            "warn, cordboard=info, sqlx::query = debug",
            "cordboard::http::sign_in_proof=trace",
        ] {
            assert!(Levels::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_names_no_level_or_no_module_is_refused_with_what_there_is() {
        for (text, says) in [
            ("inof", "`log` has `inof`: a level is one of off, error"),
            ("", "a level is one of"),
            ("info,", "a level is one of"),
            ("INFO", "a level is one of"),
            ("cordboard::http", "a level is one of"),
            ("warn,cordboard=loud", "`log` has `cordboard=loud`"),
            ("warn,adapter=debug", "a module is one of cordboard, cordboard::cli"),
            ("cordboard::htpp=debug", "a module is one of"),
            ("=debug", "a module is one of"),
            ("[span]=debug", "a module is one of"),
        ] {
            let refused = format!("{:#}", Levels::parse(text).unwrap_err());
            assert!(refused.contains(says), "{text}: {refused}");
        }
    }
}
