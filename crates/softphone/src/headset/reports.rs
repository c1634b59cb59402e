//! Where in a report a usage stands, of reports as WebHID describes them.

use std::collections::BTreeMap;

use salesforce::json::Value;

/// Those of one kind, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Reports {
    reports: BTreeMap<u8, Report>,
}

#[derive(Clone, Debug, Default)]
struct Report {
    items: Vec<Item>,
    bits: u64,
}

/// Fields of one size that follow each other.
#[derive(Clone, Debug)]
struct Item {
    usages: Usages,
    /// The first bit.
    at: u64,
    size: u64,
    count: u64,
    is_absolute: bool,
}

#[derive(Clone, Debug)]
enum Usages {
    Each(Vec<u64>),
    Range(u64, u64),
    /// Of fields that say numbers of usages, or that nobody can read.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub report: u8,
    pub is_absolute: bool,
    at: usize,
    size: usize,
}

impl Reports {
    /// The browser names what is in a collection's children in the collection itself as well, in its order. A report
    /// that several collections share goes on in the next one.
    pub fn read(collections: &Value, kind: &str) -> Self {
        let mut this = Self::default();
        for collection in collections.as_list().unwrap_or_default() {
            for report in collection[kind].as_list().unwrap_or_default() {
                let id = report["reportId"].as_u64().and_then(|id| u8::try_from(id).ok());
                let (Some(id), Some(items)) = (id, report["items"].as_list()) else { continue };
                let report = this.reports.entry(id).or_default();
                items.iter().for_each(|item| report.add(item));
            }
        }
        this.reports.retain(|_, report| report.bits <= LONGEST);
        this
    }

    pub fn fields(&self, usage: u32) -> impl Iterator<Item = Field> {
        self.reports.iter().flat_map(move |(id, report)| {
            let items = report.items.iter().filter(|item| item.size > 0);
            items.filter_map(move |item| {
                let at = item.usages.place(usage.into()).filter(|place| *place < item.count)?;
                Some(Field {
                    report: *id,
                    is_absolute: item.is_absolute,
                    at: (item.at + at * item.size) as usize,
                    size: item.size as usize,
                })
            })
        })
    }

    pub fn lengths(&self) -> impl Iterator<Item = (u8, usize)> {
        self.reports.iter().map(|(id, report)| (*id, report.length()))
    }

    /// Windows fills each report up to the length of the longest one.
    pub fn fits(&self, id: u8, length: usize) -> bool {
        let longest = self.reports.values().map(Report::length).max().unwrap_or_default();
        self.reports.get(&id).is_some_and(|report| (report.length()..=longest).contains(&length))
    }
}

impl Report {
    /// Constants have usages as well: headsets are sold whose hook switch is said to be one.
    fn add(&mut self, item: &Value) {
        let number = |name: &str| item[name].as_u64();
        let is = |name: &str| item[name] == Value::Bool(true);
        let (Some(size), Some(count)) = (number("reportSize"), number("reportCount")) else {
            // Where the next one begins is unknown then.
            self.bits = u64::MAX;
            return;
        };
        let usages = match (is("isArray"), is("isRange")) {
            (false, true) => match (number("usageMinimum"), number("usageMaximum")) {
                (Some(least), Some(most)) => Usages::Range(least, most),
                _ => Usages::Unknown,
            },
            (false, false) => {
                let usages = item["usages"].as_list().unwrap_or_default();
                Usages::Each(
                    usages.iter().map(|usage| usage.as_u64().unwrap_or_default()).collect(),
                )
            }
            (true, _) => Usages::Unknown,
        };
        let at = self.bits;
        self.bits = self.bits.saturating_add(size.saturating_mul(count));
        self.items.push(Item { usages, at, size, count, is_absolute: is("isAbsolute") });
    }

    fn length(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }
}

impl Usages {
    fn place(&self, usage: u64) -> Option<u64> {
        match self {
            Self::Each(usages) => {
                usages.iter().position(|one| *one == usage).map(|place| place as u64)
            }
            Self::Range(least, most) if usage <= *most => usage.checked_sub(*least),
            Self::Range(..) | Self::Unknown => None,
        }
    }
}

impl Field {
    pub fn is_on(&self, bytes: &[u8]) -> bool {
        let mut bits = self.at..self.at.saturating_add(self.size);
        bits.any(|bit| bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1))
    }

    /// One, which begins at the lowest bit.
    pub fn switch_on(&self, bytes: &mut [u8]) {
        if let Some(byte) = bytes.get_mut(self.at / 8) {
            *byte |= 1 << (self.at % 8);
        }
    }
}

/// In bits. A headset's have a few bytes; what is longer is a lie, or none of ours.
const LONGEST: u64 = 8 * 4_096;
