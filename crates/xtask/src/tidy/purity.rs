//! Tongues and minds take time and randomness as arguments.

use super::{Finding, is_tongue_or_mind, sources::Source};

pub fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || !is_tongue_or_mind(source.room()) {
        return Vec::new();
    }
    let impure = source.product_code().filter_map(|(number, line)| {
        let (_, whose) = IMPURE.iter().find(|(call, _)| line.contains(call))?;
        let sentence = format!("`{}` takes {whose} as an argument", source.room());
        Some(Finding::new(&source.path, number, sentence))
    });
    impure.collect()
}

const IMPURE: [(&str, &str); 13] = [
    ("Instant::now", "the time"),
    ("SystemTime::now", "the time"),
    ("Timestamp::now", "the time"),
    ("Zoned::now", "the time"),
    ("Utc::now", "the time"),
    ("now_utc()", "the time"),
    ("Date::now", "the time"),
    ("thread_rng", "randomness"),
    ("rand::rng(", "randomness"),
    ("rand::random", "randomness"),
    ("OsRng", "randomness"),
    ("getrandom::", "randomness"),
    ("SystemRandom::new", "randomness"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mind_that_looks_at_the_clock_is_found() {
        let source = Source::new(
            "crates/identity/src/session.rs",
            "fn a() {\n    let now = Timestamp::now();\n}\n",
        );

        let findings = check(&source);

        assert_eq!(
            findings,
            [Finding::new(
                "crates/identity/src/session.rs",
                2,
                "`identity` takes the time as an argument"
            )]
        );
    }

    #[test]
    fn a_tongue_that_rolls_dice_is_found() {
        let source = Source::new("crates/oauth/src/pkce.rs", "getrandom::fill(&mut verifier);\n");

        assert_eq!(check(&source)[0].sentence, "`oauth` takes randomness as an argument");
    }

    #[test]
    fn tests_and_hands_may_do_both() {
        let test = "#[cfg(test)]\nmod tests {\n    fn a() { SystemRandom::new(); }\n}\n";

        assert_eq!(check(&Source::new("crates/oauth/src/jws.rs", test)), []);
        assert_eq!(check(&Source::new("crates/adapter/src/clock.rs", "Timestamp::now()\n")), []);
    }
}
