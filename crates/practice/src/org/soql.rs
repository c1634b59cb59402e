//! The SOQL that an adapter asks users with: `SELECT fields FROM object [WHERE a = 'b' AND …] [ORDER BY
//! field [ASC|DESC]] [LIMIT n]`, with `=`, `!=`, `<`, `<=`, `>`, `>=` and `IN (…)`.

use std::cmp::Ordering;

use serde_json::{Map, Value};

#[derive(Debug, PartialEq)]
pub struct Select {
    fields: Vec<String>,
    pub object: String,
    conditions: Vec<Condition>,
    order: Option<(String, Direction)>,
    limit: Option<usize>,
}

#[derive(Debug, PartialEq)]
struct Condition {
    field: String,
    operator: Operator,
    values: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Direction {
    Ascending,
    Descending,
}

/// Salesforce's error code, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn unknown_object(object: &str) -> Self {
        Self { code: "INVALID_TYPE", message: format!("sObject type '{object}' is not supported.") }
    }

    fn malformed(near: &str) -> Self {
        Self { code: "MALFORMED_QUERY", message: format!("unexpected token: '{near}'") }
    }

    fn unknown_field(field: &str) -> Self {
        Self {
            code: "INVALID_FIELD",
            message: format!("No such column '{field}' on entity 'User'."),
        }
    }
}

impl Select {
    pub fn parse(query: &str) -> Result<Self, Refusal> {
        let tokens = tokens(query)?;
        let mut reader = Reader { tokens: tokens.iter().map(String::as_str).peekable() };
        reader.keyword("SELECT")?;
        let mut fields = vec![reader.name()?];
        while reader.took(",") {
            fields.push(reader.name()?);
        }
        reader.keyword("FROM")?;
        let object = reader.name()?;
        let mut conditions = Vec::new();
        if reader.took("WHERE") {
            conditions.push(reader.condition()?);
            while reader.took("AND") {
                conditions.push(reader.condition()?);
            }
        }
        let mut order = None;
        if reader.took("ORDER") {
            reader.keyword("BY")?;
            let field = reader.name()?;
            let descending = reader.took("DESC");
            if !descending {
                reader.took("ASC");
            }
            order = Some((
                field,
                if descending { Direction::Descending } else { Direction::Ascending },
            ));
        }
        let limit = match reader.took("LIMIT") {
            true => Some(reader.next()?.parse().map_err(|_| Refusal::malformed("LIMIT"))?),
            false => None,
        };
        match reader.tokens.next() {
            None => Ok(Self { fields, object, conditions, order, limit }),
            Some(left) => Err(Refusal::malformed(left)),
        }
    }

    /// The selected fields of the rows that meet all conditions, and what is [`HIDDEN`] in each row.
    pub fn run(&self, rows: &[Value]) -> Result<Vec<Map<String, Value>>, Refusal> {
        let mut met = Vec::new();
        for row in rows {
            let mut meets = true;
            for condition in &self.conditions {
                meets &= condition.holds(row)?;
            }
            if meets {
                met.push(row);
            }
        }
        if let Some((field, direction)) = &self.order {
            met.sort_by(|a, b| {
                let ordering = column(a, field).ok().zip(column(b, field).ok());
                let ordering =
                    ordering.and_then(|(a, b)| compare(a.1, b.1)).unwrap_or(Ordering::Equal);
                if *direction == Direction::Descending { ordering.reverse() } else { ordering }
            });
        }
        let limit = self.limit.unwrap_or(usize::MAX);
        met.into_iter().take(limit).map(|row| self.project(row)).collect()
    }

    fn project(&self, row: &Value) -> Result<Map<String, Value>, Refusal> {
        let mut record = Map::new();
        if let Some(hidden) = row.get(HIDDEN) {
            record.insert(HIDDEN.into(), hidden.clone());
        }
        for field in &self.fields {
            let (name, value) = column(row, field)?;
            record.insert(name.clone(), value.clone());
        }
        Ok(record)
    }
}

impl Condition {
    fn holds(&self, row: &Value) -> Result<bool, Refusal> {
        let (name, value) = column(row, &self.field)?;
        let mut orderings = self.values.iter().map(|wanted| match (wanted, value) {
            // An id is asked for by 15 or by 18 characters.
            (Value::String(wanted), Value::String(value))
                if name.ends_with("Id") && wanted.len() == 15 =>
            {
                Some(value[..value.len().min(15)].cmp(wanted))
            }
            _ => compare(value, wanted),
        });
        Ok(match self.operator {
            Operator::Equal => orderings.any(|ordering| ordering == Some(Ordering::Equal)),
            Operator::NotEqual => orderings.all(|ordering| ordering != Some(Ordering::Equal)),
            Operator::Less => orderings.all(|ordering| ordering == Some(Ordering::Less)),
            Operator::LessOrEqual => {
                orderings.all(|ordering| ordering.is_some_and(Ordering::is_le))
            }
            Operator::Greater => orderings.all(|ordering| ordering == Some(Ordering::Greater)),
            Operator::GreaterOrEqual => {
                orderings.all(|ordering| ordering.is_some_and(Ordering::is_ge))
            }
        })
    }
}

/// Field names are read without regard to case, and answered as the object spells them.
fn column<'a>(row: &'a Value, field: &str) -> Result<(&'a String, &'a Value), Refusal> {
    let columns = row.as_object().into_iter().flatten();
    let mut named = columns.filter(|(name, _)| *name != HIDDEN && name.eq_ignore_ascii_case(field));
    named.next().ok_or_else(|| Refusal::unknown_field(field))
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::String(a), Value::String(b)) => match (instant(a), instant(b)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            // SOQL compares text without regard to case.
            _ => Some(a.to_lowercase().cmp(&b.to_lowercase())),
        },
        _ => None,
    }
}

fn instant(text: &str) -> Option<jiff::Timestamp> {
    let bytes = text.as_bytes();
    let looks_like_one = bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T';
    looks_like_one.then(|| text.parse().ok()).flatten()
}

struct Reader<'a, Tokens: Iterator<Item = &'a str>> {
    tokens: std::iter::Peekable<Tokens>,
}

impl<'a, Tokens: Iterator<Item = &'a str>> Reader<'a, Tokens> {
    fn next(&mut self) -> Result<&'a str, Refusal> {
        self.tokens.next().ok_or_else(|| Refusal::malformed("<EOF>"))
    }

    fn took(&mut self, word: &str) -> bool {
        self.tokens.next_if(|token| token.eq_ignore_ascii_case(word)).is_some()
    }

    fn keyword(&mut self, word: &str) -> Result<(), Refusal> {
        let token = self.next()?;
        if token.eq_ignore_ascii_case(word) { Ok(()) } else { Err(Refusal::malformed(token)) }
    }

    fn name(&mut self) -> Result<String, Refusal> {
        let token = self.next()?;
        let is_name = token.starts_with(|c: char| c.is_ascii_alphabetic())
            && token.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
        if is_name { Ok(token.to_owned()) } else { Err(Refusal::malformed(token)) }
    }

    fn condition(&mut self) -> Result<Condition, Refusal> {
        let field = self.name()?;
        let operator = match self.next()? {
            "=" => Operator::Equal,
            "!=" | "<>" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            word if word.eq_ignore_ascii_case("IN") => {
                self.keyword("(")?;
                let mut values = vec![self.literal()?];
                while self.took(",") {
                    values.push(self.literal()?);
                }
                self.keyword(")")?;
                return Ok(Condition { field, operator: Operator::Equal, values });
            }
            other => return Err(Refusal::malformed(other)),
        };
        Ok(Condition { field, operator, values: vec![self.literal()?] })
    }

    fn literal(&mut self) -> Result<Value, Refusal> {
        let token = self.next()?;
        if let Some(text) = token.strip_prefix('\'') {
            return Ok(Value::from(text));
        }
        match token.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::from(true)),
            "false" => Ok(Value::from(false)),
            "null" => Ok(Value::Null),
            _ if instant(token).is_some() => Ok(Value::from(token)),
            _ => Err(Refusal::malformed(token)),
        }
    }
}

/// A string literal becomes one token that begins with `'`, without its escapes and closing quote.
fn tokens(query: &str) -> Result<Vec<String>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = query.chars().peekable();
    while let Some(first) = rest.next() {
        let mut token = String::from(first);
        match first {
            c if c.is_whitespace() => continue,
            '\'' => loop {
                match rest.next() {
                    None => return Err(Refusal::malformed("'")),
                    Some('\'') => break,
                    Some('\\') => token.extend(rest.next()),
                    Some(other) => token.push(other),
                }
            },
            '<' | '>' | '!' => token.extend(rest.next_if(|next| matches!(next, '=' | '>'))),
            ',' | '(' | ')' | '=' => {}
            _ => {
                let word = |c: &char| c.is_alphanumeric() || "_.-:+".contains(*c);
                while let Some(next) = rest.next_if(word) {
                    token.push(next);
                }
            }
        }
        tokens.push(token);
    }
    Ok(tokens)
}

/// A member of a row that no query can name or select.
pub const HIDDEN: &str = " row";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_adapters_own_query_finds_one_user_by_either_length_of_id() {
        let id: salesforce::id::UserId = "005Ax0000000002".parse().unwrap();

        assert_eq!(
            names(&salesforce::user::user_query(id).replacen("Id", "Id, Name", 1)),
            ["Anna"]
        );
        assert_eq!(names("SELECT Name FROM User WHERE Id = '005Ax0000000002'"), ["Anna"]);
        assert_eq!(names("SELECT Name FROM User WHERE Id = '005ax0000000002'"), [""; 0]);
    }

    #[test]
    fn conditions_are_joined_and_compared_as_soql_does() {
        assert_eq!(names("select name from User where Username = 'ANNA@acme.example'"), ["Anna"]);
        assert_eq!(
            names("SELECT Name FROM User WHERE CallCenterId = '04v' AND IsActive = true"),
            ["Anna"]
        );
        assert_eq!(names("SELECT Name FROM User WHERE CallCenterId = null"), ["Otto"]);
        assert_eq!(names("SELECT Name FROM User WHERE CallCenterId != null"), ["Anna", "Ben"]);
        assert_eq!(
            names("SELECT Name FROM User WHERE Name IN ('Otto', 'Ben') ORDER BY Name DESC"),
            ["Otto", "Ben"]
        );
        assert_eq!(
            names("SELECT Name FROM User WHERE SystemModstamp > 2026-11-02T00:00:00Z LIMIT 1"),
            ["Ben"]
        );
    }

    #[test]
    fn an_escaped_quote_stays_inside_its_literal() {
        assert_eq!(names(r"SELECT Name FROM User WHERE Name = 'O\'Hara'"), [""; 0]);
        assert_eq!(names(r"SELECT Name FROM User WHERE Name = 'x\' OR Name != \''"), [""; 0]);
    }

    #[test]
    fn what_salesforce_would_refuse_is_refused_with_its_code() {
        let code = |query: &str| match Select::parse(query) {
            Ok(select) => select.run(&rows()).unwrap_err().code,
            Err(refusal) => refusal.code,
        };

        assert_eq!(code("SELECT FROM User"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Id FROM User WHERE Id LIKE 'a'"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT Id FROM User WHERE Id = 'a"), "MALFORMED_QUERY");
        assert_eq!(code("SELECT CTI_SSO_Token__c FROM User"), "INVALID_FIELD");
        assert_eq!(code("SELECT Id FROM User WHERE Nonsense = 'a'"), "INVALID_FIELD");
    }

    fn names(query: &str) -> Vec<String> {
        let records = Select::parse(query).and_then(|select| select.run(&rows())).unwrap();
        records.iter().map(|record| record["Name"].as_str().unwrap().to_owned()).collect()
    }

    fn rows() -> Vec<Value> {
        let row = |id: &str, name: &str, active, call_center: Value, day: u32| {
            let username = format!("{}@acme.example", name.to_lowercase());
            let modified = format!("2026-11-0{day}T10:00:00.000+0000");
            json!({ "Id": id, "Name": name, "Username": username, "IsActive": active, "UserType": "Standard",
                "CallCenterId": call_center, "SystemModstamp": modified })
        };
        vec![
            row("005Ax0000000002IAA", "Anna", true, json!("04v"), 1),
            row("005Ax0000000003IAA", "Ben", false, json!("04v"), 2),
            row("005Ax0000000005IAA", "Otto", true, json!(null), 3),
        ]
    }
}
