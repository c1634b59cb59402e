//! Writes each language's texts, as the panel loads them, into the folder that is named: `en.txt`, `fr.txt`.

use std::{env, fs, path::PathBuf, process::ExitCode};

use texts::{Language, catalogue};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("texts: name the folder to write into");
        return ExitCode::FAILURE;
    };
    for language in Language::ALL {
        let path = folder.join(format!("{}.txt", language.tag()));
        if let Err(error) = fs::write(&path, catalogue(*language).to_file()) {
            eprintln!("texts: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
