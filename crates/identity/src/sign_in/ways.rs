//! The first table: what the panel offers, in order. It reads nothing about any agent, since nobody is known
//! before a credential is verified.

use salesforce::call_center::{SalesforceSso, SamlConnection};

use super::Way;
use crate::organization::{Legacy, Organization, Password, Proof, Saml};

/// | Enable Salesforce SSO | Use SAML connection | offered |
/// |---|---|---|
/// | enabled | any | proof where required; legacy where not off; Salesforce SSO |
/// | disabled | used, and active | SAML; legacy where not off; password where on |
/// | disabled | unused, or not active | legacy where not off; password where on |
pub fn ways(sso: SalesforceSso, saml: SamlConnection, organization: &Organization) -> Vec<Way> {
    let proof = matches!(organization.proof, Proof::Required { .. }).then_some(Way::Proof);
    let legacy = (organization.legacy != Legacy::Off).then_some(Way::Legacy);
    let password = (organization.password == Password::On).then_some(Way::Password);
    let salesforce_sso = organization.sign_in_client.is_some().then_some(Way::SalesforceSso);
    let saml_is_active = organization.saml == Saml::Active;
    let offered = match (sso, saml) {
        (SalesforceSso::Enabled, SamlConnection::Used | SamlConnection::Unused) => {
            [proof, legacy, salesforce_sso]
        }
        (SalesforceSso::Disabled, SamlConnection::Used) if saml_is_active => {
            [Some(Way::Saml), legacy, password]
        }
        (SalesforceSso::Disabled, SamlConnection::Used | SamlConnection::Unused) => {
            [None, legacy, password]
        }
    };
    offered.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::tests::organization;
    use SalesforceSso::{Disabled, Enabled};
    use SamlConnection::{Unused, Used};

    #[test]
    fn the_flag_on_offers_proof_then_legacy_then_the_window() {
        for saml in [Used, Unused] {
            assert_eq!(
                ways(Enabled, saml, &organization()),
                [Way::Proof, Way::Legacy, Way::SalesforceSso]
            );
        }
    }

    #[test]
    fn without_the_class_nothing_is_silent() {
        let organization = Organization { proof: Proof::Off, ..organization() };

        assert_eq!(ways(Enabled, Unused, &organization), [Way::Legacy, Way::SalesforceSso]);
    }

    #[test]
    fn legacy_is_offered_until_it_is_off() {
        let with = |legacy| ways(Enabled, Unused, &Organization { legacy, ..organization() });

        assert!(with(Legacy::On).contains(&Way::Legacy));
        assert!(with(Legacy::Migrating).contains(&Way::Legacy));
        assert!(!with(Legacy::Off).contains(&Way::Legacy));
    }

    #[test]
    fn the_flag_off_with_an_active_connection_offers_saml_first() {
        let organization =
            Organization { saml: Saml::Active, password: Password::On, ..organization() };

        assert_eq!(ways(Disabled, Used, &organization), [Way::Saml, Way::Legacy, Way::Password]);
    }

    #[test]
    fn the_flag_off_without_an_active_connection_offers_what_needs_none() {
        let with_password = Organization { password: Password::On, ..organization() };

        assert_eq!(ways(Disabled, Used, &organization()), [Way::Legacy]);
        assert_eq!(ways(Disabled, Unused, &organization()), [Way::Legacy]);
        assert_eq!(ways(Disabled, Unused, &with_password), [Way::Legacy, Way::Password]);
        let unused = Organization { saml: Saml::Active, ..organization() };
        assert_eq!(ways(Disabled, Unused, &unused), [Way::Legacy]);
    }

    #[test]
    fn an_organization_may_leave_nothing_to_offer() {
        let organization = Organization { legacy: Legacy::Off, ..organization() };

        assert_eq!(ways(Disabled, Unused, &organization), []);
    }

    #[test]
    fn the_window_needs_an_app_to_sign_in_with() {
        let organization = Organization { sign_in_client: None, ..organization() };

        assert_eq!(ways(Enabled, Unused, &organization), [Way::Proof, Way::Legacy]);
    }
}
