//! What a command has to say: tables and sentences for people, under `--json` one value for programs.

use std::io::{self, Write as _};

use serde_json::{Value, json};

/// Built by each command, printed in one place, so that no command is without its JSON.
pub struct Answer {
    /// For standard output.
    text: String,
    /// What to do next, for standard error. Programs are told by the value alone.
    notes: Vec<String>,
    /// An array or an object, with keys in snake case and times as RFC 3339 has them.
    value: Value,
    /// What is wrong with the things that were looked at. The answer is whole all the same.
    fault: Option<String>,
}

impl Answer {
    pub fn new(value: Value) -> Self {
        Self { text: String::new(), notes: Vec::new(), value, fault: None }
    }

    /// Of a command that prints nothing at its end.
    pub fn nothing() -> Self {
        Self::new(Value::Null)
    }

    /// One item a line under a header, and an array.
    pub fn list<T>(
        header: &[&str],
        items: &[T],
        row: impl Fn(&T) -> Vec<String>,
        value: impl Fn(&T) -> Value,
    ) -> Self {
        let rows: Vec<Vec<String>> = items.iter().map(row).collect();
        Self::new(items.iter().map(value).collect()).text(table(header, &rows))
    }

    /// Whole lines.
    pub fn text(self, text: String) -> Self {
        Self { text, ..self }
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub fn fault(self, fault: Option<String>) -> Self {
        Self { fault, ..self }
    }

    pub fn show(self, output: Output) -> anyhow::Result<()> {
        let text = match output {
            Output::People => self.text,
            Output::Programs if self.value.is_null() => String::new(),
            Output::Programs => format!("{:#}\n", self.value),
        };
        match io::stdout().write_all(text.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written?,
        }
        if output == Output::People {
            self.notes.iter().for_each(|note| eprintln!("{note}"));
        }
        match self.fault {
            Some(fault) => Err(anyhow::anyhow!(fault)),
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    People,
    Programs,
}

impl Output {
    /// Why there is no answer, on standard error.
    pub fn complain(self, error: &str) {
        match self {
            Self::People => eprintln!("cordboard: {error}"),
            Self::Programs => eprintln!("{}", json!({ "error": error })),
        }
    }
}

/// Columns as wide as their widest cell, two spaces between.
fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([header[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<String> =
            cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    let header = line(&mut header.iter().copied());
    let rows = rows.iter().map(|row| line(&mut row.iter().map(String::as_str)));
    [header].into_iter().chain(rows).collect()
}

/// What a cell says where there is nothing.
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// A moment as a table shows it.
pub fn minute(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let rows = [["anna".to_owned(), "é".to_owned()], ["b".to_owned(), "-".to_owned()]];

        let table = table(&["AGENT", "X"], &rows.map(Vec::from));

        assert_eq!(table, "AGENT  X\nanna   é\nb      -\n");
    }
}
