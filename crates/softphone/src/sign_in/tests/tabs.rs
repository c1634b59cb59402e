//! Panels of one agent in several tabs.

use super::*;

#[test]
fn what_is_allowed_in_one_tab_signs_in_the_others_without_a_window() {
    let mut panel = consent_needed();
    panel.prepare_window(None);
    let mut other = consent_needed();
    other.prepare_window(None);
    panel.intent(Intent::OpenedWindow(WindowHandle::Given));
    panel.adapter(AdapterFact::Granted(grant(Way::SalesforceSso)));
    assert!(panel.effects().contains(&Effect::TellOtherTabs));

    other.input(Input::AllowedInOtherTab);
    other.settings(SalesforceSso::Enabled);
    other.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    other.proof();
    let call = other.adapter(AdapterFact::Granted(grant(Way::Proof)));

    assert!(matches!(call, AdapterCall::Proof { started_by: StartedBy::Load, .. }));
    assert!(
        !other.effects().contains(&Effect::TellOtherTabs),
        "they would wake each other for ever"
    );
}
