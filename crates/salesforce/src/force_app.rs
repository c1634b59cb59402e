//! What an organisation deploys, embedded: `force-app/` in sfdx source format, and the call center
//! definition file that an administrator imports.

use include_dir::{Dir, include_dir};

use crate::{
    call_center::{ENABLE_SALESFORCE_SSO, SCREEN_POP, SECTION, USE_SAML_CONNECTION},
    definition::{Definition, Item, Section},
};

static FORCE_APP: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/force-app");

/// Every file of the package, by its path below `force-app/`, with the adapter's own values filled in.
pub fn package(values: &PackageValues<'_>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&FORCE_APP, values, &mut files);
    files.sort();
    files
}

/// What differs from one installation to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageValues<'a> {
    /// The adapter's public URL, which a proof names as its audience.
    pub adapter_url: &'a str,
    /// The unique name of the certificate in *Setup > Certificate and Key Management*.
    pub certificate: &'a str,
    /// Ours; part of the redirect URI.
    pub organization: &'a str,
}

/// The definition file of a call center whose panel `adapter_url` serves for `organization`.
pub fn call_center(adapter_url: &str, organization: &str, salesforce_sso: bool) -> Definition {
    let item = |name: &str, label: &str, value: &str| Item {
        name: name.into(),
        label: label.into(),
        value: value.into(),
    };
    let section =
        |name: &str, label: &str, items| Section { name: name.into(), label: label.into(), items };
    let panel = format!("{}/panel/{organization}", adapter_url.trim_end_matches('/'));
    let salesforce_sso = if salesforce_sso { "true" } else { "false" };
    Definition {
        sections: vec![
            section(
                "reqGeneralInfo",
                "General Information",
                vec![
                    item("reqInternalName", "InternalName", "Cordboard"),
                    item("reqDisplayName", "Display Name", "Cordboard"),
                    item("reqAdapterUrl", "CTI Adapter URL", &panel),
                    item("reqUseApi", "Use CTI API", "true"),
                    item("reqSoftphoneHeight", "Softphone Height", "480"),
                    item("reqSoftphoneWidth", "Softphone Width", "340"),
                    item(
                        "reqSalesforceCompatibilityMode",
                        "Salesforce Compatibility Mode",
                        "Lightning",
                    ),
                ],
            ),
            section(
                "reqDialingOptions",
                "Dialing Options",
                vec![
                    item("reqOutsidePrefix", "Outside Prefix", ""),
                    item("reqLongDistPrefix", "Long Distance Prefix", ""),
                    item("reqInternationalPrefix", "International Prefix", ""),
                ],
            ),
            section(
                SECTION,
                "Cordboard",
                vec![
                    item(ENABLE_SALESFORCE_SSO, "Enable Salesforce SSO", salesforce_sso),
                    item(USE_SAML_CONNECTION, "Use SAML connection", "false"),
                    item(SCREEN_POP, "Screen pop on", "ring"),
                ],
            ),
        ],
    }
}

fn collect(dir: &Dir<'_>, values: &PackageValues<'_>, files: &mut Vec<(String, String)>) {
    for file in dir.files() {
        let text = file.contents_utf8().unwrap_or_default();
        let text = text
            .replace("{{ADAPTER_URL}}", values.adapter_url.trim_end_matches('/'))
            .replace("{{CERTIFICATE}}", values.certificate)
            .replace("{{ORGANIZATION}}", values.organization);
        files.push((file.path().to_string_lossy().into_owned(), text));
    }
    for dir in dir.dirs() {
        collect(dir, values, files);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_center_is_one_that_salesforce_imports() {
        let definition = call_center("https://phone.example/", "acme", true);

        assert_eq!(Definition::parse(&definition.to_xml()).as_ref(), Ok(&definition));
        assert_eq!(
            definition.value("reqGeneralInfo", "reqAdapterUrl"),
            Some("https://phone.example/panel/acme")
        );
        assert_eq!(definition.value("cordboard", "enableSalesforceSso"), Some("true"));
    }

    #[test]
    fn every_xml_file_of_the_package_is_well_formed_and_filled_in() {
        let values = PackageValues {
            adapter_url: "https://phone.example/",
            certificate: "Cordboard",
            organization: "acme",
        };

        let package = package(&values);

        assert!(package.iter().any(|(path, _)| path.ends_with("classes/CordboardAgent.cls")));
        for (path, text) in package {
            assert!(!text.contains("{{"), "{path} has a value left to fill in");
            if path.ends_with(".xml") {
                let document =
                    roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
                let namespace = document.root_element().tag_name().namespace();
                assert_eq!(namespace, Some("http://soap.sforce.com/2006/04/metadata"), "{path}");
            }
        }
    }
}
