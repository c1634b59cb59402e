//! What adapter and console write, read into its types or as it is. All that is said of what cannot be read is that it cannot be:
//! the words of `serde_json`'s own errors, and its code for each type, weigh more than the rest of the wire.

use std::{fmt, mem::take};

use salesforce::json::Value;
use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer,
        MapAccess, SeqAccess, VariantAccess, Visitor,
    },
    forward_to_deserialize_any,
};

pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Json(parse(text)?)).ok()
}

/// Of no particular kind; `null` where it is none.
pub fn value(text: &str) -> Value {
    parse(text).unwrap_or_default()
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// By the browser's own parser: `serde_json`'s weighs 3 KiB in what it loads.
#[cfg(target_arch = "wasm32")]
fn parse(text: &str) -> Option<Value> {
    taken_over(&js_sys::JSON::parse(text).ok()?, DEEPEST)
}

/// Of an object of the browser's; `null` where it is none of plain values.
#[cfg(target_arch = "wasm32")]
pub fn value_of(object: &wasm_bindgen::JsValue) -> Value {
    taken_over(object, DEEPEST).unwrap_or_default()
}

#[cfg(target_arch = "wasm32")]
fn taken_over(value: &wasm_bindgen::JsValue, depth: u8) -> Option<Value> {
    use wasm_bindgen::JsCast as _;

    let depth = depth.checked_sub(1)?;
    Some(if let Some(text) = value.as_string() {
        Value::Text(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(is) = value.as_bool() {
        Value::Bool(is)
    } else if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        Value::List(items.iter().map(|item| taken_over(&item, depth)).collect::<Option<_>>()?)
    } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
        let mut fields = Vec::new();
        for entry in js_sys::Object::entries(object).iter() {
            let entry = js_sys::Array::from(&entry);
            fields.push((entry.get(0).as_string()?, taken_over(&entry.get(1), depth)?));
        }
        Value::Object(fields)
    } else {
        Value::Null
    })
}

/// As `serde_json` has it.
#[cfg(target_arch = "wasm32")]
const DEEPEST: u8 = 128;

#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreadable")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

struct Json(Value);

impl<'de> Deserializer<'de> for Json {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match self.0.as_u64() {
                Some(whole) => visitor.visit_u64(whole),
                None => visitor.visit_f64(number),
            },
            Value::Text(text) => visitor.visit_string(text),
            Value::List(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Json(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant is its name, or the name with what it holds.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Text(name) => visitor.visit_enum(Variant(name, Value::Null)),
            Value::Object(fields) if fields.len() == 1 => {
                let (name, value) = fields.into_iter().next().ok_or(Unreadable)?;
                visitor.visit_enum(Variant(name, value))
            }
            _ => Err(Unreadable),
        }
    }

    // Each asks for one kind only, so that nobody carries the code that reads others.

    /// In the order in which the type has them: to know a field by its name would take each type more code than all of this.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => visitor.visit_seq(Named { names: names.iter(), fields }),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::List(items) => visitor.visit_seq(Items(items.into_iter())),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Text(text) => visitor.visit_string(text),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
        ignored_any
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(Json(item))).transpose()
    }
}

/// One that is absent is none, of which the type knows what to make.
struct Named {
    names: std::slice::Iter<'static, &'static str>,
    fields: Vec<(String, Value)>,
}

impl<'de> SeqAccess<'de> for Named {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(name) = self.names.next() else { return Ok(None) };
        let value = self.fields.iter_mut().rev().find(|(one, _)| one == name);
        value.map(|(_, value)| seed.deserialize(Json(take(value)))).transpose()
    }
}

struct Fields {
    rest: std::vec::IntoIter<(String, Value)>,
    value: Value,
}

impl Fields {
    fn of(fields: Vec<(String, Value)>) -> Self {
        Self { rest: fields.into_iter(), value: Value::Null }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Json(Value::Text(name))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(Json(take(&mut self.value)))
    }
}

struct Variant(String, Value);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Json;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Json), Unreadable> {
        let name = seed.deserialize(self.0.into_deserializer())?;
        Ok((name, Json(self.1)))
    }
}

impl<'de> VariantAccess<'de> for Json {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_struct("", names, visitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Answer {
        name: String,
        #[serde(default)]
        count: u32,
        #[serde(default)]
        inner: Option<Inner>,
        last: bool,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Inner {
        #[serde(rename = "theirs")]
        ours: String,
    }

    #[test]
    fn fields_are_found_in_whatever_order_they_come() {
        let json = r#"{"last":true,"more":[{}],"inner":{"theirs":"x"},"name":"a","count":7}"#;

        let inner = Some(Inner { ours: "x".into() });
        let expected = Answer { name: "a".into(), count: 7, inner, last: true };
        assert_eq!(read(json), Some(expected));
    }

    #[test]
    fn what_may_be_absent_may_and_what_may_not_may_not() {
        let expected = Answer { name: "a".into(), count: 0, inner: None, last: true };

        assert_eq!(read(r#"{"name":"a","last":true}"#), Some(expected));
        for lacking in [r#"{"name":"a"}"#, r#"{"last":true}"#, r#"{"name":null,"last":true}"#, "[]"]
        {
            assert_eq!(read::<Answer>(lacking), None, "{lacking}");
        }
    }
}
