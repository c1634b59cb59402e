//! Record ids. Salesforce writes them with 15 characters, where case matters, or with 18, where the last
//! three say which of the 15 are upper case. Here an id always has 18, so two ids are equal when they
//! name the same record.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of a record of one kind.
pub struct Id<Kind> {
    text: [u8; 18],
    kind: PhantomData<fn() -> Kind>,
}

/// A kind of record: the first three characters of its ids.
pub trait Prefixed {
    const PREFIX: &'static str;
    const NAME: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $id:ident = $kind:ident($prefix:literal, $name:literal);)*) => {$(
        pub enum $kind {}
        impl Prefixed for $kind {
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = $name;
        }
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// `00D…`
    OrganizationId = Organization("00D", "organization");
    /// `005…`
    UserId = User("005", "user");
    /// `04v…`
    CallCenterId = CallCenter("04v", "call center");
    /// `00T…`
    TaskId = Task("00T", "task");
    /// Of a record of any kind; which one, its first three characters say.
    RecordId = Record("", "record");
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind} id: 15 or 18 letters and digits{}{prefix}", if prefix.is_empty() { "" } else { ", beginning with " })]
pub struct NotAnId {
    text: String,
    kind: &'static str,
    prefix: &'static str,
}

impl<K: Prefixed> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match whole(text).filter(|_| text.starts_with(K::PREFIX)) {
            Some(text) => Ok(Self { text, kind: PhantomData }),
            None => {
                let text = text.chars().take(40).collect();
                Err(NotAnId { text, kind: K::NAME, prefix: K::PREFIX })
            }
        }
    }
}

impl<K> Id<K> {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).expect("ids are ASCII by construction")
    }
}

/// An id of any kind, with its suffix.
fn whole(text: &str) -> Option<[u8; 18]> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let whole = with_suffix(bytes.get(..15)?.try_into().ok()?);
    match bytes.len() {
        15 => Some(whole),
        // Some systems fold the suffix to lower case; it carries no more than its letters.
        18 if bytes[15..].eq_ignore_ascii_case(&whole[15..]) => Some(whole),
        _ => None,
    }
}

/// One character for each five of the id: bit *n* says whether the *n*th of them is upper case.
fn with_suffix(short: &[u8; 15]) -> [u8; 18] {
    let mut text = [0; 18];
    text[..15].copy_from_slice(short);
    for (block, five) in short.chunks(5).enumerate() {
        let upper = five.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase());
        let index = upper.fold(0, |bits, (place, _)| bits | 1 << place);
        text[15 + block] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[index];
    }
    text
}

// Derives would ask `K` for the same traits; the kind is a name only.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<K> Eq for Id<K> {}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl<K> Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de, K: Prefixed> Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fifteen_and_eighteen_characters_name_the_same_record() {
        let short: UserId = "005xx000001Sv6A".parse().unwrap();
        let long: UserId = "005xx000001Sv6AAAS".parse().unwrap();

        assert_eq!(short, long);
        assert_eq!(short.as_str(), "005xx000001Sv6AAAS");
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        assert!("00Dxx0000000001EAA".parse::<UserId>().is_err());
        assert!("00Dxx0000000001EAA".parse::<OrganizationId>().is_ok());
    }

    #[test]
    fn a_record_of_any_kind_has_an_id() {
        for text in ["003xx000004TmiQ", "00Qxx000001aBcD", "a0Bxx0000001234"] {
            assert!(text.parse::<RecordId>().is_ok(), "{text}");
        }
        for text in ["", "003", "003xx000004Tm'Q"] {
            assert!(text.parse::<RecordId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_suffix_that_contradicts_the_id_is_refused() {
        assert!("005xx000001Sv6AAAA".parse::<UserId>().is_err());
    }

    #[test]
    fn ids_that_differ_in_case_are_different_records() {
        assert_ne!("005xx000001Sv6A".parse::<UserId>(), "005xx000001sv6A".parse::<UserId>());
    }

    proptest! {
        #[test]
        fn an_id_reads_back_as_itself(tail in "[A-Za-z0-9]{12}") {
            let id: UserId = format!("005{tail}").parse().unwrap();

            prop_assert_eq!(id.as_str().parse::<UserId>().unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,30}|005.{0,20}") {
            let _ = text.parse::<UserId>();
        }
    }
}
