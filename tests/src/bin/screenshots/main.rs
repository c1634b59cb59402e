//! Pictures of the product for those who look at it and for the README: `<target>/screenshots/`.
//!
//! ~~~text
//! practice   the console, its login and Setup pages   \
//! sign_in    the panel and its window, as reached      > Album --> {light,dark}/NAME.png, index.html
//! faults     what Salesforce does wrong              /
//! calls      the phone, with true media              /
//! extension  the page on which it is set up          /
//! drawings   every state of the view, drawn alone     /
//! ~~~
//!
//! `screenshots sign_in` takes the pictures of one chapter only.

mod album;
mod calls;
mod drawings;
mod extension;
mod faults;
mod practice;
mod refusals;
mod sign_in;
mod walk;
mod without_class;

use acceptance::{
    built,
    world::{Agent, Options, Proof, World},
};
use anyhow::{Result, bail};

use self::album::Album;

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !CHAPTERS.contains(&name.as_str())) {
        bail!("there is no chapter `{unknown}`, only {}", CHAPTERS.join(", "));
    }
    let mut album = Album::open(&built::target_dir()?.join("screenshots"), wanted.is_empty())?;
    for name in CHAPTERS {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            eprintln!("screenshots: {name}");
            tell(name, &mut album)?;
        }
    }
    println!("{}", album.contact_sheet()?.display());
    Ok(())
}

/// Each chapter but the last has a world of its own.
fn tell(chapter: &str, album: &mut Album) -> Result<()> {
    // Carla has no account here, so that the panel can say so.
    let options = Options { agents: vec![Agent::anna(), Agent::ben()], ..Options::default() };
    let without_class = Options { proof: Proof::Off, ..options.clone() };
    match chapter {
        "practice" => practice::take(&World::start(&options)?, album),
        "sign_in" => sign_in::take(&mut World::start(&options)?, album),
        "refusals" => refusals::take(&mut World::start(&options)?, album),
        "faults" => faults::take(&World::start(&options)?, album),
        "calls" => calls::take(&World::start(&Options::calling())?, album),
        "extension" => extension::take(album),
        "without_class" => without_class::take(&World::start(&without_class)?, album),
        _ => drawings::take(album),
    }
}

const CHAPTERS: [&str; 8] = [
    "practice",
    "sign_in",
    "refusals",
    "faults",
    "calls",
    "extension",
    "without_class",
    "drawings",
];
