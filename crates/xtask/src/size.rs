//! What an agent's browser downloads before the panel works, beside the budget and the peers.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use crate::{wasm::Manifest, workspace::Workspace};

pub fn run(workspace: &Workspace) -> Result<()> {
    let panel = workspace.panel_dir();
    let parts = parts(&panel, &Manifest::read(&panel)?)?;
    let total = total(&parts);

    print!("{}", table(&parts, total));
    ensure!(
        total.brotli <= HARD_LIMIT,
        "the panel is {} KiB in brotli, past the {} KiB it may have",
        kib(total.brotli),
        HARD_LIMIT / 1024
    );
    Ok(())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

fn parts(panel: &Path, manifest: &Manifest) -> Result<Vec<(&'static str, Size)>> {
    let loader =
        total(&[("", measure(panel, &manifest.glue)?), ("", measure(panel, &manifest.start)?)]);
    let mut parts = vec![("wasm", measure(panel, &manifest.wasm)?), ("loader", loader)];
    if let Some(css) = &manifest.css {
        parts.push(("css", measure(panel, css)?));
    }
    // An agent reads one language: the one that weighs most.
    let texts = manifest.texts.values().map(|name| measure(panel, name));
    let texts = texts.collect::<Result<Vec<_>>>()?.into_iter().max_by_key(|size| size.brotli);
    parts.extend(texts.map(|size| ("texts", size)));
    Ok(parts)
}

fn measure(panel: &Path, name: &str) -> Result<Size> {
    let length = |suffix: &str| {
        let path = panel.join(format!("{name}{suffix}"));
        Ok::<_, anyhow::Error>(
            fs::metadata(&path).with_context(|| path.display().to_string())?.len(),
        )
    };
    Ok(Size { raw: length("")?, gzip: length(".gz")?, brotli: length(".br")? })
}

fn total(parts: &[(&str, Size)]) -> Size {
    parts.iter().fold(Size::default(), |sum, (_, part)| Size {
        raw: sum.raw + part.raw,
        gzip: sum.gzip + part.gzip,
        brotli: sum.brotli + part.brotli,
    })
}

fn table(parts: &[(&str, Size)], total: Size) -> String {
    let mut table = format!("{:<10} {:>9} {:>9} {:>9}   KiB\n", "panel", "raw", "gzip", "brotli");
    for (name, size) in parts.iter().copied().chain([("total", total)]) {
        let _ = writeln!(
            table,
            "{name:<10} {:>9} {:>9} {:>9}",
            kib(size.raw),
            kib(size.gzip),
            kib(size.brotli)
        );
    }
    let _ = writeln!(table, "budget     {:>29}   (aim {})", HARD_LIMIT / 1024, AIM / 1024);
    for (peer, brotli) in PEERS {
        let _ = writeln!(table, "{peer:<28} {brotli:>11}");
    }
    table
}

pub fn kib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1024.0)
}

const HARD_LIMIT: u64 = 250 * 1024;
const AIM: u64 = 150 * 1024;

/// Their own loaders, scripts and styles in brotli, in KiB.
const PEERS: [(&str, u32); 2] = [("RingCentral Embeddable", 1411), ("Flex UI", 1196)];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_total_stands_in_one_column_with_budget_and_peers() {
        let wasm = ("wasm", Size { raw: 184_320, gzip: 81_920, brotli: 66_560 });
        let css = ("css", Size { raw: 20_480, gzip: 5_120, brotli: 4_096 });

        let table = table(&[wasm, css], total(&[wasm, css]));

        assert_eq!(
            table,
            "panel            raw      gzip    brotli   KiB\n\
             wasm           180.0      80.0      65.0\n\
             css             20.0       5.0       4.0\n\
             total          200.0      85.0      69.0\n\
             budget                               250   (aim 150)\n\
             RingCentral Embeddable              1411\n\
             Flex UI                             1196\n"
        );
    }

    #[test]
    fn loader_means_glue_and_start_together() {
        let folder = tempfile::tempdir().unwrap();
        for (name, length) in [("glue.js", 100), ("start.js", 20), ("panel.wasm", 1_000)] {
            for suffix in ["", ".gz", ".br"] {
                fs::write(folder.path().join(format!("{name}{suffix}")), vec![0; length]).unwrap();
            }
        }
        let manifest = Manifest {
            start: "start.js".to_owned(),
            glue: "glue.js".to_owned(),
            wasm: "panel.wasm".to_owned(),
            css: None,
            texts: BTreeMap::new(),
        };

        let parts = parts(folder.path(), &manifest).unwrap();

        assert_eq!(parts[1], ("loader", Size { raw: 120, gzip: 120, brotli: 120 }));
    }
}
