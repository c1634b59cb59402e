//! Login and password, typed into the panel.

use super::*;

#[test]
fn login_and_password_are_asked_for_at_once_where_they_are_the_only_way() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Off, &[Way::Password]);

    panel.intent(submit_password());
    panel.adapter(refused(Code::WrongCredentials));

    let SignInSnapshot::EnteringPassword { refusal, form, .. } = panel.sign_in() else {
        panic!("the form is gone")
    };
    assert_eq!(refusal.map(|refusal| refusal.code), Some(Code::WrongCredentials));
    assert_eq!(form, Form::Open);
    panel.intent(submit_password());
    panel.adapter(AdapterFact::Granted(grant(Way::Password)));
    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn login_and_password_are_offered_beside_the_token_and_can_be_left() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Off, &[Way::Legacy, Way::Password]);
    assert_eq!(panel.offers(), [Offer::Legacy, Offer::Password]);

    panel.intent(Intent::Choose(Way::Password));
    assert!(matches!(panel.sign_in(), SignInSnapshot::EnteringPassword { .. }));
    panel.intent(Intent::Cancel);

    assert_eq!(panel.offers(), [Offer::Legacy, Offer::Password]);
}

#[test]
fn where_a_proof_is_required_the_password_goes_beside_a_fresh_one() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Required, &[Way::Password]);

    panel.intent(submit_password());
    panel.challenge(ProofPolicy::Required, &[Way::Password]);
    assert!(!format!("{:?}", panel.softphone).contains("twelve letters"));
    panel.host(HostFact::Proof(Err(Refusal::new(Code::ProofUnavailable))));
    let SignInSnapshot::EnteringPassword { refusal, form, .. } = panel.sign_in() else {
        panic!("the form is gone")
    };
    assert_eq!(refusal.map(|refusal| refusal.code), Some(Code::ProofUnavailable));
    assert_eq!(form, Form::Open);

    panel.intent(submit_password());
    panel.challenge(ProofPolicy::Required, &[Way::Password]);
    panel.proof();
    let call = panel.adapter(AdapterFact::Granted(grant(Way::Password)));

    let proof = Some(Secret("jwt".into()));
    assert!(matches!(call, AdapterCall::Password { proof: sent, .. } if sent == proof));
    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn a_grant_before_the_password_was_sent_signs_nobody_in() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Required, &[Way::Password]);

    panel.intent(submit_password());
    panel.adapter(AdapterFact::Granted(grant(Way::Password)));

    let SignInSnapshot::EnteringPassword { refusal, .. } = panel.sign_in() else {
        panic!("{:?}", panel.sign_in())
    };
    assert_eq!(refusal.map(|refusal| refusal.code), Some(Code::AdapterUnreachable));
}
