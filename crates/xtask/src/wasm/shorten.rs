//! Short names where wasm and its glue meet, and a style sheet without what browsers pass over.
//!
//! wasm-bindgen names each import and export by what it is and a hash, twice: in the module and in the
//! script. Hashes do not compress, so for some three hundred names that is several KiB of nothing.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use walrus::Module;

use super::bundle::Parts;

pub fn shorten(parts: &mut Parts) -> Result<()> {
    let mut module = Module::from_buffer(&parts.wasm)?;
    let mut names = Names::default();
    for import in module.imports.iter_mut() {
        import.name = names.short(&import.name);
        // It stands before each of them.
        import.module = MODULE.to_owned();
    }
    for export in module.exports.iter_mut().filter(|export| is_bindgens(&export.name)) {
        export.name = names.short(&export.name);
    }
    let glue = std::str::from_utf8(&parts.glue).context("the glue is no UTF-8")?;
    ensure!(glue.contains(WAYS_IN), "the glue does not end in `{WAYS_IN}`");
    let glue = glue.replace(WAYS_IN, WAY_IN);
    parts.glue = names.rewrite(&glue).replace(BINDGENS_MODULE, MODULE).into_bytes();
    parts.wasm = module.emit_wasm();
    Ok(())
}

/// What wasm-bindgen calls the glue as the module imports from it.
const BINDGENS_MODULE: &str = "./panel_bg.js";
const MODULE: &str = "_";
/// The start script compiles the module itself, so that of the glue's two ways to begin one is left, and the minifier
/// drops the other with its fallbacks for servers that are not ours.
const WAYS_IN: &str = "export { initSync, __wbg_init as default };";
const WAY_IN: &str = "export { initSync };";

/// The style sheet without comments and without spaces at the start and end of its lines.
pub fn style(sheet: &str) -> String {
    let mut kept = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn is_bindgens(name: &str) -> bool {
    ["__wbindgen", "__externref", "wasm_bindgen__"].iter().any(|prefix| name.starts_with(prefix))
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn short(&mut self, name: &str) -> String {
        let next = format!("_{}", self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    /// Every word that is one of the names; what else the script says stays.
    fn rewrite(&self, script: &str) -> String {
        let mut written = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_word) {
            let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |end| start + end);
            let word = &rest[start..end];
            written.push_str(&rest[..start]);
            written.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = &rest[end..];
        }
        written + rest
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_keeps_its_rules() {
        let sheet = "/* Of all. */\n\na {\n  color: red; /* why */\n}\n";

        assert_eq!(style(sheet), "a {\ncolor: red;\n}");
    }

    #[test]
    fn whole_words_are_renamed_alike_and_parts_of_words_are_not() {
        let mut names = Names::default();
        let (first, second) = (names.short("__wbg_new_1f"), names.short("__wbg_new_1f2"));

        let script =
            names.rewrite("{ __wbg_new_1f: f, __wbg_new_1f2: g } x.__wbg_new_1f(my__wbg_new_1f)");

        assert_eq!(script, format!("{{ {first}: f, {second}: g }} x.{first}(my__wbg_new_1f)"));
        assert_eq!(names.short("__wbg_new_1f"), first);
    }
}
