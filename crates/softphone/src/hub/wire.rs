//! Messages between page and hub as JavaScript carries them: a list of a word, texts, numbers and flags. Which there are
//! is said where the panel writes them (`panel::runtime::extension`).

use salesforce::json::Value;

use super::{FromPage, Line, Ringing, Sign, ToPage};
use crate::headset::Talk;

impl FromPage {
    /// What a page has said, which is a list; nothing where the page is gone, and the bare word `alone`, the extension's
    /// own, where it comes without a console. What cannot be read says nothing.
    pub fn read(message: &Value) -> Option<Self> {
        let parts = match message {
            Value::Null => return Some(Self::Gone),
            Value::Text(word) => return (word == "alone").then_some(Self::Alone),
            message => message.as_list()?,
        };
        let text = |at: usize| parts.get(at)?.as_str().map(str::to_owned);
        let number = |at: usize| parts.get(at)?.as_f64();
        // As JavaScript counts: nothing of a number that is none, or too large, is left over.
        let count = |at| number(at).map(|number| number as u32);
        Some(match text(0)?.as_str() {
            "look" => Self::Look,
            "join" => {
                let Some(Value::Bool(would_hold)) = parts.get(2) else { return None };
                let build = text(3).unwrap_or_default();
                Self::Join { phone: text(1)?, build, would_hold: *would_hold }
            }
            "leave" => Self::Leave,
            "said" => Self::Said(text(1)?),
            "heard" => Self::Heard { number: count(1)?, json: text(2)? },
            "call" => Self::Call { number: count(1)?, method: text(2)?, arguments: text(3)? },
            "state" => Self::State(text(1)?),
            "line" => Self::Line(Line {
                line: text(1)?,
                code: text(2).unwrap_or_default(),
                talked_at: number(3).unwrap_or_default(),
                talk: match count(4) {
                    Some(1) => Talk::Open,
                    Some(2) => Talk::Muted,
                    _ => Talk::None,
                },
            }),
            "rings" => Self::Rings {
                missed: count(1)?,
                ringing: count(2)
                    .and_then(|call| Some(Ringing { call, name: text(3)?, number: text(4)? })),
            },
            _ => return None,
        })
    }
}

impl From<ToPage> for Vec<Value> {
    fn from(message: ToPage) -> Self {
        let number = |number: u32| Value::Number(number.into());
        let word = |word: &str| Value::Text(word.to_owned());
        match message {
            ToPage::Here => vec![word("here")],
            ToPage::Hold => vec![word("hold")],
            ToPage::GiveWay => vec![word("give way")],
            ToPage::Said(said) => vec![word("said"), Value::Text(said)],
            ToPage::Call { number: called, method, arguments } => {
                vec![word("call"), number(called), Value::Text(method), Value::Text(arguments)]
            }
            ToPage::Heard { number: called, json } => {
                vec![word("heard"), number(called), Value::Text(json)]
            }
            ToPage::Pages(any) => vec![word("pages"), Value::Bool(any)],
            ToPage::Press { button, of } => {
                vec![word("press"), Value::Text(button), Value::Text(of)]
            }
            ToPage::Other => vec![word("other")],
        }
    }
}

impl From<Sign> for Vec<Value> {
    /// State and missed calls; and the call, its name and its number while somebody calls.
    fn from(Sign { state, missed, ringing }: Sign) -> Self {
        let mut parts = vec![Value::Text(state), Value::Number(missed.into())];
        if let Some(Ringing { call, name, number }) = ringing {
            parts.extend([Value::Number(call.into()), Value::Text(name), Value::Text(number)]);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<FromPage> {
        FromPage::read(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_page_is_understood_and_its_end() {
        let join =
            FromPage::Join { phone: "sip:1001@pbx".into(), build: "1".into(), would_hold: true };

        assert_eq!(read(r#"["join","sip:1001@pbx",true,"1"]"#), Some(join));
        assert_eq!(
            read(r#"["heard",7,"{}"]"#),
            Some(FromPage::Heard { number: 7, json: "{}".into() })
        );
        assert_eq!(read("null"), Some(FromPage::Gone));
        assert_eq!(read(r#""alone""#), Some(FromPage::Alone));
    }

    #[test]
    fn who_calls_is_known_only_as_a_whole() {
        let ringing = Ringing { call: 1, name: "Rose".into(), number: "1".into() };

        let rings = |ringing| Some(FromPage::Rings { missed: 2, ringing });
        assert_eq!(read(r#"["rings",2,1,"Rose","1"]"#), rings(Some(ringing)));
        assert_eq!(read(r#"["rings",2,1,"Rose"]"#), rings(None));
    }

    #[test]
    fn a_talk_of_which_an_older_phone_says_nothing_is_none() {
        let talk = |json: &str| match read(json) {
            Some(FromPage::Line(line)) => line.talk,
            other => panic!("{other:?}"),
        };

        assert_eq!(talk(r#"["line","ready","",0]"#), Talk::None);
        assert_eq!(talk(r#"["line","ready","",0,1]"#), Talk::Open);
        assert_eq!(talk(r#"["line","ready","",0,2]"#), Talk::Muted);
        assert_eq!(talk(r#"["line","ready","",0,3]"#), Talk::None);
    }

    #[test]
    fn what_no_page_says_is_nothing() {
        for said in [
            "[]",
            "{}",
            "7",
            "true",
            r#""gone""#,
            r#"["alone"]"#,
            r#"["gone"]"#,
            "[null]",
            r#"["join","sip:1001@pbx"]"#,
            r#"["join",1,true]"#,
            r#"["join","a","true"]"#,
            r#"["heard","7","{}"]"#,
            r#"["heard",7]"#,
            r#"["said",["a"]]"#,
            r#"["press","hook"]"#,
        ] {
            assert_eq!(read(said), None, "{said}");
        }
    }

    #[test]
    fn a_number_that_is_none_is_the_nearest() {
        let number = |json: &str| match read(json) {
            Some(FromPage::Heard { number, .. }) => number,
            other => panic!("{other:?}"),
        };

        assert_eq!(number(r#"["heard",-1,""]"#), 0);
        assert_eq!(number(r#"["heard",1e300,""]"#), u32::MAX);
    }
}
