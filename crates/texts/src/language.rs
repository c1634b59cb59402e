//! Which languages there are, and which of them somebody reads.

#[cfg(not(target_arch = "wasm32"))]
use crate::{Catalogue, en, fr};

macro_rules! languages {
    ($($language:ident = $tag:literal, $catalogue:path;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Language {
            $($language,)*
        }

        impl Language {
            pub const ALL: &[Language] = &[$(Language::$language,)*];

            /// For the attribute `lang`.
            pub const fn tag(self) -> &'static str {
                match self {
                    $(Self::$language => $tag,)*
                }
            }
        }

        /// In the panel there is none before it has loaded one.
        #[cfg(not(target_arch = "wasm32"))]
        pub fn catalogue(language: Language) -> &'static Catalogue {
            match language {
                $(Language::$language => &$catalogue,)*
            }
        }
    };
}

languages! {
    En = "en", en::EN;
    Fr = "fr", fr::FR;
}

/// English is for whoever reads none of ours.
impl Default for Language {
    fn default() -> Self {
        Self::En
    }
}

impl Language {
    /// The language of a tag as browsers write it (`fr-CA`, RFC 5646) or Salesforce (`fr_CA`). Regions share
    /// their language's texts; nothing where we have none.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.iter().copied().find(|known| primary.eq_ignore_ascii_case(known.tag()))
    }

    /// The best of ours for an `Accept-Language` (RFC 9110 §12.5.4): the one with the highest weight, and of
    /// equal weights the first. What cannot be read is passed over.
    pub fn preferred(accept_language: &str) -> Self {
        let mut best = None;
        for range in accept_language.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let (Some(language), Some(weight)) = (Self::parse(tag), weight_of(weight)) else {
                continue;
            };
            // A weight of nothing means *not this one*.
            if weight > best.map_or(0, |(_, weight)| weight) {
                best = Some((language, weight));
            }
        }
        best.map_or_else(Self::default, |(language, _)| language)
    }
}

/// In thousandths: `q=0.25` is 250.
fn weight_of(parameter: &str) -> Option<u16> {
    let value = parameter.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim();
    let weight: f32 = value.parse().ok()?;
    (0.0..=1.0).contains(&weight).then_some((weight * 1_000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_reads_its_language() {
        for tag in ["fr", "fr_CA", "fr-FR", "FR-be", " fr "] {
            assert_eq!(Language::parse(tag), Some(Language::Fr), "{tag}");
        }
        assert_eq!(Language::parse("en_US"), Some(Language::En));
    }

    #[test]
    fn a_language_without_texts_is_nobodys() {
        for tag in ["", "de", "zh_CN", "frr", "français", "*"] {
            assert_eq!(Language::parse(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_highest_weight_that_we_can_serve_wins() {
        let cases = [
            ("fr-CA,fr;q=0.9,en;q=0.8", Language::Fr),
            ("en-GB, fr;q=0.9", Language::En),
            ("en;q=0.3, fr;q=0.7", Language::Fr),
            ("de, fr; q = 0.5, en;q=0.4", Language::Fr),
            ("fr;q=0.5, en;q=0.5", Language::Fr),
            ("fr;q=0, en;q=0.1", Language::En),
        ];
        for (header, language) in cases {
            assert_eq!(Language::preferred(header), language, "{header}");
        }
    }

    #[test]
    fn who_asks_for_nothing_of_ours_reads_english() {
        for header in ["", "*", "de, ja;q=0.5", "fr;q=0", "fr;q=2", "fr;q=NaN", "fr;v=1", ",;,"] {
            assert_eq!(Language::preferred(header), Language::En, "{header}");
        }
    }
}
