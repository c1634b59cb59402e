//! The call center definition file: what an administrator imports in *Setup > Call Centers* (Open CTI
//! Developer Guide, *Call Center Definition Files*).

use std::fmt::Write as _;

/// A definition file taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub name: String,
    pub label: String,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    pub label: String,
    pub value: String,
}

/// Why Salesforce would refuse the file, too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    #[error("the file is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("the file is no XML: {0}")]
    Xml(String),
    #[error("`{0}` does not belong here; a call center has sections, a section has items")]
    Unexpected(String),
    #[error("the name `{0}` is not 1 to 40 letters and digits")]
    Name(String),
    #[error("`{0}` stands twice")]
    Twice(String),
    #[error("the sort orders of `{0}` do not run from 0 without a gap")]
    SortOrder(String),
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("the value of `{name}` is `{value}`: {rule}")]
    Value { name: &'static str, value: String, rule: &'static str },
}

impl Definition {
    pub fn parse(xml: &str) -> Result<Self, DefinitionError> {
        if xml.len() > MAX_LENGTH {
            return Err(DefinitionError::TooLong);
        }
        let options = roxmltree::ParsingOptions { nodes_limit: 4_000, ..Default::default() };
        let document = roxmltree::Document::parse_with_options(xml, options)
            .map_err(|error| DefinitionError::Xml(error.to_string()))?;
        let root = document.root_element();
        if root.tag_name().name() != "callCenter" {
            return Err(DefinitionError::Unexpected(root.tag_name().name().to_owned()));
        }
        let sections = ordered(root, "section")?
            .into_iter()
            .map(|section| {
                let items = ordered(section, "item")?.into_iter().map(item).collect();
                Ok(Section { name: name(section)?, label: label(section), items })
            })
            .collect::<Result<_, _>>()?;
        let definition = Self { sections };
        definition.check()?;
        Ok(definition)
    }

    /// The value of one item.
    pub fn value(&self, section: &str, item: &str) -> Option<&str> {
        let section = self.sections.iter().find(|candidate| candidate.name == section)?;
        section
            .items
            .iter()
            .find(|candidate| candidate.name == item)
            .map(|item| item.value.as_str())
    }

    /// The file as Salesforce imports it.
    pub fn to_xml(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<callCenter>\n");
        for (order, section) in self.sections.iter().enumerate() {
            let _ = writeln!(
                xml,
                "  <section sortOrder=\"{order}\" name=\"{}\" label=\"{}\">",
                escaped(&section.name),
                escaped(&section.label)
            );
            for (order, item) in section.items.iter().enumerate() {
                let _ = writeln!(
                    xml,
                    "    <item sortOrder=\"{order}\" name=\"{}\" label=\"{}\">{}</item>",
                    escaped(&item.name),
                    escaped(&item.label),
                    escaped(&item.value)
                );
            }
            xml.push_str("  </section>\n");
        }
        xml.push_str("</callCenter>\n");
        xml
    }

    /// The settings as `getCallCenterSettings` answers them: every key begins with `/`, every value is
    /// text, and each section and item has its label and sort order beside it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("/displayNameLabel".to_owned(), "Display Name".to_owned()),
            ("/internalNameLabel".to_owned(), "InternalName".to_owned()),
        ];
        if let Some(name) = self.value(GENERAL, "reqDisplayName") {
            settings.push(("/label".to_owned(), name.to_owned()));
        }
        for (order, section) in self.sections.iter().enumerate() {
            let path = format!("/{}", section.name);
            settings.push((format!("{path}/label"), section.label.clone()));
            settings.push((format!("{path}/sortOrder"), format!("{order}.0")));
            for (order, item) in section.items.iter().enumerate() {
                let path = format!("{path}/{}", item.name);
                settings.push((path.clone(), item.value.clone()));
                // The two names of the call center itself have their labels at the top.
                if !matches!(item.name.as_str(), "reqInternalName" | "reqDisplayName") {
                    settings.push((format!("{path}/label"), item.label.clone()));
                    settings.push((format!("{path}/sortOrder"), format!("{order}.0")));
                }
            }
        }
        settings
    }

    fn check(&self) -> Result<(), DefinitionError> {
        let general = |item| self.value(GENERAL, item).filter(|value| !value.is_empty());
        for required in REQUIRED {
            general(required).ok_or(DefinitionError::Missing(required))?;
        }
        let wrong = |name, rule| DefinitionError::Value {
            name,
            value: general(name).unwrap_or_default().to_owned(),
            rule,
        };
        let internal_name = general("reqInternalName").unwrap_or_default();
        let starts_with_letter = internal_name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_name(internal_name) || !starts_with_letter {
            return Err(wrong(
                "reqInternalName",
                "it must be 1 to 40 letters and digits, a letter first",
            ));
        }
        let within = |name, range: std::ops::RangeInclusive<u32>| {
            general(name)
                .and_then(|value| value.parse().ok())
                .is_some_and(|pixels| range.contains(&pixels))
        };
        if !within("reqSoftphoneHeight", 240..=2560) {
            return Err(wrong("reqSoftphoneHeight", "it must be 240 to 2560 pixels"));
        }
        if !within("reqSoftphoneWidth", 200..=1920) {
            return Err(wrong("reqSoftphoneWidth", "it must be 200 to 1920 pixels"));
        }
        let adapter_url = general("reqAdapterUrl").unwrap_or_default();
        if !adapter_url.starts_with("https://") && !adapter_url.starts_with("http://") {
            return Err(wrong("reqAdapterUrl", "it must be an absolute address"));
        }
        Ok(())
    }
}

type Node<'a, 'input> = roxmltree::Node<'a, 'input>;

/// The children named `tag`, in their sort order, which has to run from 0 without a gap.
fn ordered<'a, 'input>(
    parent: Node<'a, 'input>,
    tag: &str,
) -> Result<Vec<Node<'a, 'input>>, DefinitionError> {
    let mut children = Vec::new();
    for child in parent.children().filter(Node::is_element) {
        if child.tag_name().name() != tag {
            return Err(DefinitionError::Unexpected(child.tag_name().name().to_owned()));
        }
        let name = name(child)?;
        if children.iter().any(|(_, other, _)| *other == name) {
            return Err(DefinitionError::Twice(name));
        }
        let order = child.attribute("sortOrder").and_then(|order| order.parse::<usize>().ok());
        children.push((order, name, child));
    }
    children.sort_by_key(|(order, ..)| *order);
    if children.iter().enumerate().any(|(place, (order, ..))| *order != Some(place)) {
        let parent = parent.attribute("name").unwrap_or(parent.tag_name().name());
        return Err(DefinitionError::SortOrder(parent.to_owned()));
    }
    Ok(children.into_iter().map(|(.., child)| child).collect())
}

fn item(node: Node<'_, '_>) -> Item {
    Item {
        name: node.attribute("name").unwrap_or_default().to_owned(),
        label: label(node),
        value: node.text().unwrap_or_default().trim().to_owned(),
    }
}

fn name(node: Node<'_, '_>) -> Result<String, DefinitionError> {
    let name = node.attribute("name").unwrap_or_default();
    if is_name(name) { Ok(name.to_owned()) } else { Err(DefinitionError::Name(name.to_owned())) }
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn label(node: Node<'_, '_>) -> String {
    node.attribute("label").unwrap_or_default().chars().take(1000).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const GENERAL: &str = "reqGeneralInfo";
const REQUIRED: [&str; 6] = [
    "reqInternalName",
    "reqDisplayName",
    "reqAdapterUrl",
    "reqUseApi",
    "reqSoftphoneHeight",
    "reqSoftphoneWidth",
];
const MAX_LENGTH: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_definition_reads_back_as_itself() {
        let definition = sample();

        assert_eq!(Definition::parse(&definition.to_xml()), Ok(definition));
    }

    #[test]
    fn sections_and_items_come_in_their_sort_order() {
        let xml = sample()
            .to_xml()
            .replace(
                "sortOrder=\"0\" name=\"reqInternalName\"",
                "sortOrder=\"1\" name=\"reqInternalName\"",
            )
            .replace(
                "sortOrder=\"1\" name=\"reqDisplayName\"",
                "sortOrder=\"0\" name=\"reqDisplayName\"",
            );

        let definition = Definition::parse(&xml).unwrap();

        assert_eq!(definition.sections[0].items[0].name, "reqDisplayName");
    }

    #[test]
    fn settings_have_the_form_that_open_cti_documents() {
        let settings = sample().settings();
        let value = |key: &str| settings.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());

        assert_eq!(value("/label"), Some("A & B"));
        assert_eq!(value("/reqGeneralInfo/reqInternalName"), Some("Cordboard"));
        assert_eq!(value("/reqGeneralInfo/reqInternalName/label"), None);
        assert_eq!(value("/reqGeneralInfo/reqUseApi"), Some("true"));
        assert_eq!(value("/reqGeneralInfo/reqUseApi/sortOrder"), Some("3.0"));
    }

    #[test]
    fn each_fault_of_a_file_is_named() {
        let with = |from: &str, to: &str| {
            Definition::parse(&sample().to_xml().replace(from, to)).unwrap_err()
        };

        assert!(matches!(with("</callCenter>", ""), DefinitionError::Xml(_)));
        assert_eq!(
            with("sortOrder=\"5\"", "sortOrder=\"9\""),
            DefinitionError::SortOrder("reqGeneralInfo".into())
        );
        assert_eq!(
            with("name=\"reqUseApi\"", "name=\"req Use\""),
            DefinitionError::Name("req Use".into())
        );
        assert_eq!(
            with("name=\"reqUseApi\"", "name=\"reqDisplayName\""),
            DefinitionError::Twice("reqDisplayName".into())
        );
        assert_eq!(
            with("name=\"reqUseApi\"", "name=\"useApi\""),
            DefinitionError::Missing("reqUseApi")
        );
        assert!(matches!(
            with(">480<", ">80<"),
            DefinitionError::Value { name: "reqSoftphoneHeight", .. }
        ));
    }

    #[test]
    fn an_external_entity_is_refused() {
        let xml = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><callCenter/>";

        assert!(matches!(Definition::parse(xml), Err(DefinitionError::Xml(_))));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}|<callCenter>.{0,100}</callCenter>") {
            let _ = Definition::parse(&text);
        }

        #[test]
        fn any_value_survives_the_file(value in "[ -~]{1,40}") {
            let mut definition = sample();
            definition.sections[0].items[1].value = value.trim().to_owned();
            prop_assume!(!value.trim().is_empty());

            prop_assert_eq!(Definition::parse(&definition.to_xml()), Ok(definition));
        }
    }

    fn sample() -> Definition {
        let item = |name: &str, value: &str| Item {
            name: name.into(),
            label: name.into(),
            value: value.into(),
        };
        Definition {
            sections: vec![Section {
                name: "reqGeneralInfo".into(),
                label: "General Information".into(),
                items: vec![
                    item("reqInternalName", "Cordboard"),
                    item("reqDisplayName", "A & B"),
                    item("reqAdapterUrl", "https://phone.example/panel/acme"),
                    item("reqUseApi", "true"),
                    item("reqSoftphoneHeight", "480"),
                    item("reqSoftphoneWidth", "340"),
                ],
            }],
        }
    }
}
