//! A CSV file of SSO tokens: one header, one agent a line. Commas or semicolons, as the spreadsheet likes.

use csv::{ReaderBuilder, StringRecord};

/// One agent's token, and where it stands.
pub struct Row {
    pub line: u64,
    pub organization: String,
    pub operator_id: String,
    pub token: String,
}

/// Everything that is wrong with the file, each with its line and column. No token is ever among it.
pub type Wrong = Vec<String>;

pub fn parse(bytes: &[u8]) -> Result<Vec<Row>, Wrong> {
    let bytes = with_plain_line_ends(bytes);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(&bytes))
        .flexible(true)
        .from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|_| vec![NOT_UTF_8.replace("{}", "1")])?.clone();
    let places = columns(&header)?;
    let (mut rows, mut wrong) = (Vec::<Row>::new(), Wrong::new());
    for record in reader.records() {
        match record {
            Ok(record) => match row(&record, header.len(), places) {
                Ok(row) => match rows.iter().find(|other| other.is_for_the_same(&row)) {
                    Some(other) => wrong.push(format!(
                        "line {}, {OPERATOR_ID}: stands on line {} already",
                        row.line, other.line
                    )),
                    None => rows.push(row),
                },
                Err(complaints) => wrong.extend(complaints),
            },
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                wrong.push(NOT_UTF_8.replace("{}", &line.to_string()));
            }
        }
    }
    if rows.is_empty() && wrong.is_empty() {
        wrong.push("line 2: no token stands there".into());
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

impl Row {
    fn is_for_the_same(&self, other: &Self) -> bool {
        (&self.organization, &self.operator_id) == (&other.organization, &other.operator_id)
    }
}

/// The reader takes the line feed of a CR LF for the next line's first character, and counts lines by it.
fn with_plain_line_ends(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n');
    let plain: Vec<&[u8]> = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    plain.join(&b'\n')
}

/// Spreadsheets write semicolons where the comma is the decimal sign.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if header.contains(&b';') { b';' } else { b',' }
}

/// Where each of [`COLUMNS`] stands.
fn columns(header: &StringRecord) -> Result<[usize; 3], Wrong> {
    let mut wrong = Wrong::new();
    let is_known = |name: &&str| COLUMNS.contains(name);
    for name in header.iter().filter(|name| !is_known(name)) {
        // Where the header is missing, a token may stand in its place.
        let shown = if name.len() <= 20 && header.iter().any(|name| is_known(&name)) {
            format!("`{name}`")
        } else {
            "what stands there".to_owned()
        };
        wrong.push(format!("line 1: {shown} is no column"));
    }
    let mut places = [0; 3];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let found: Vec<usize> =
            (0..header.len()).filter(|column| &header[*column] == name).collect();
        match found.as_slice() {
            [column] => *place = *column,
            [] => wrong.push(format!("line 1: the column `{name}` is missing")),
            _ => wrong.push(format!("line 1: the column `{name}` is there twice")),
        }
    }
    if wrong.is_empty() { Ok(places) } else { Err(wrong) }
}

fn row(record: &StringRecord, width: usize, places: [usize; 3]) -> Result<Row, Wrong> {
    let line = record.position().map_or(0, csv::Position::line);
    if record.len() != width {
        let number = record.len();
        return Err(vec![format!("line {line}: {number} columns, where the header has {width}")]);
    }
    let mut wrong = Wrong::new();
    for (name, place) in COLUMNS.into_iter().zip(places) {
        if let Err(reason) = check(&record[place]) {
            wrong.push(format!("line {line}, {name}: {reason}"));
        }
    }
    let cell = |column: usize| record[places[column]].to_owned();
    let row = Row { line, organization: cell(0), operator_id: cell(1), token: cell(2) };
    if wrong.is_empty() { Ok(row) } else { Err(wrong) }
}

/// What a text field of Salesforce's holds and hands out again unchanged.
fn check(cell: &str) -> Result<(), &'static str> {
    match cell {
        "" => Err("is empty"),
        cell if cell != cell.trim() => Err("has white space at an end"),
        cell if cell.chars().any(char::is_control) => {
            Err("has a line break or a control character")
        }
        cell if cell.chars().count() > LONGEST => Err("is longer than 255 characters"),
        _ => Ok(()),
    }
}

const OPERATOR_ID: &str = "operator_id";
const COLUMNS: [&str; 3] = ["organization", OPERATOR_ID, "sso_token"];
const LONGEST: usize = 255;
const NOT_UTF_8: &str = "line {}: is not UTF-8; save the file as *CSV UTF-8*";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_any_order_with_commas_or_semicolons() {
        for file in [
            "operator_id,sso_token,organization\r\nop-1,\"a,b\"\"c\",acme\r\n",
            "\u{feff}organization;operator_id;sso_token\nacme;op-1;a,b\"c\n",
        ] {
            let rows = parse(file.as_bytes()).unwrap_or_else(|wrong| panic!("{wrong:?}"));

            let row = &rows[0];
            let cells = [&row.organization, &row.operator_id, &row.token].map(String::as_str);
            assert_eq!((rows.len(), row.line, cells), (1, 2, ["acme", "op-1", "a,b\"c"]));
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_by_line_and_column() {
        let file = "organization,operator_id,sso_token\nacme,op-1,s3cret\nacme,,s3cret\nacme,op-2\n\
                    acme,op-1,s3cret-2\nacme,op-3, s3cret\nacme,op-4,\"s3cret\nline\"\n";

        assert_eq!(
            wrong(file.as_bytes()),
            [
                "line 3, operator_id: is empty",
                "line 4: 2 columns, where the header has 3",
                "line 5, operator_id: stands on line 2 already",
                "line 6, sso_token: has white space at an end",
                "line 7, sso_token: has a line break or a control character",
            ]
        );
    }

    #[test]
    fn a_header_that_is_none_is_refused_without_showing_what_stands_there() {
        let wrong = wrong(b"acme,op-1,s3cret\n").join("\n");

        assert!(wrong.contains("the column `sso_token` is missing"), "{wrong}");
        assert!(!wrong.contains("s3cret"), "{wrong}");
        let misspelt = self::wrong(b"organization,operator,sso_token\n");
        assert_eq!(misspelt[0], "line 1: `operator` is no column");
    }

    #[test]
    fn what_is_not_utf_8_is_refused_by_its_line() {
        let file = b"organization,operator_id,sso_token\nacme,op-1,caf\xe9\n";

        assert_eq!(wrong(file), ["line 2: is not UTF-8; save the file as *CSV UTF-8*"]);
    }

    #[test]
    fn a_file_without_tokens_is_a_mistake() {
        assert_eq!(
            wrong(b"organization,operator_id,sso_token\n"),
            ["line 2: no token stands there"]
        );
    }

    fn wrong(file: &[u8]) -> Wrong {
        parse(file).err().expect("it is refused")
    }
}
