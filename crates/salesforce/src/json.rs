//! JSON of no particular kind, as a console's script answers it. `serde_json` has one as well, whose map and numbers weigh more
//! in what a browser loads than all that is read by it.

use std::{fmt, ops::Index};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    /// As JavaScript has them.
    Number(f64),
    Text(String),
    List(Vec<Value>),
    /// In their order. Of two of one name the last one counts.
    Object(Vec<(String, Value)>),
}

impl Value {
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(fields) => field(fields, name),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole one that JavaScript can count to.
    pub fn as_u64(&self) -> Option<u64> {
        let number = self.as_f64()?;
        let whole = number as u64;
        (whole as f64 == number && whole <= LARGEST).then_some(whole)
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

pub fn field<'a>(fields: &'a [(String, Value)], name: &str) -> Option<&'a Value> {
    fields.iter().rev().find(|(one, _)| one == name).map(|(_, value)| value)
}

/// What is absent is null.
impl Index<&str> for Value {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some(field) = fields.next_entry()? {
            object.push(field);
        }
        Ok(Value::Object(object))
    }
}

/// ECMA-262, *Number.MAX_SAFE_INTEGER*.
const LARGEST: u64 = (1 << 53) - 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_absent_is_null_and_the_last_of_two_counts() {
        let value = read(r#"{"a":1,"b":[true,null],"a":"x"}"#);

        assert_eq!(value["a"].as_str(), Some("x"));
        assert_eq!(value["b"].as_list(), Some(&[Value::Bool(true), Value::Null][..]));
        assert_eq!(value["c"]["d"], Value::Null);
    }

    #[test]
    fn only_whole_numbers_are_counted_with() {
        let whole = |json: &str| read(json).as_u64();

        assert_eq!((whole("600"), whole("0")), (Some(600), Some(0)));
        for none in ["1.5", "-1", "1e300", "9007199254740993", "\"600\"", "null"] {
            assert_eq!(whole(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn texts_come_as_they_are(text in ".{0,20}", name in ".{0,8}") {
            let json = serde_json::json!({ name.clone(): [text.clone()] }).to_string();

            prop_assert_eq!(&read(&json)[&name], &Value::List(vec![Value::Text(text)]));
        }
    }

    fn read(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }
}
