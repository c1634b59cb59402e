//! A console that is slow, silent or out of order, and one that an administrator is mending.

use super::*;

#[test]
fn a_console_that_does_not_answer_is_asked_again_by_itself() {
    let mut panel = Panel::started();
    panel.host(HostFact::Settings(Err(no_answer())));
    let SignInSnapshot::Unreachable { refusal, .. } = panel.sign_in() else { panic!("gives up") };
    assert_eq!(refusal, no_answer());

    panel.wait();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    panel.host(HostFact::Proof(Err(Refusal::new(Code::ProofUnavailable))));
    panel.wait();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    panel.proof();
    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));

    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn credentials_that_the_console_refuses_are_asked_for_again() {
    let mut panel = Panel::started();
    for _ in 0..2 {
        panel.settings(SalesforceSso::Disabled);
        panel.challenge(ProofPolicy::Required, &[Way::Legacy]);
        panel.proof();
        panel.host(HostFact::Credentials(Err(no_answer())));
        assert!(matches!(panel.sign_in(), SignInSnapshot::Unreachable { .. }));
        panel.wait();
    }
}

#[test]
fn a_try_that_nobody_clicked_for_shows_nothing_until_it_has_ended() {
    let mut panel = Panel::started();
    panel.host(HostFact::Settings(Err(no_answer())));
    let while_trying =
        SignInSnapshot::Unreachable { refusal: no_answer(), attempt: 1, retry_at: None };

    panel.wait();
    assert_eq!(panel.sign_in(), while_trying);
    panel.settings(SalesforceSso::Enabled);
    assert_eq!(panel.sign_in(), while_trying);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    assert_eq!(panel.sign_in(), while_trying);
    panel.proof();
    assert_eq!(panel.sign_in(), while_trying);

    panel.adapter(refused(Code::ConsentNeeded));
    assert!(matches!(panel.sign_in(), SignInSnapshot::Offering { .. }));
}

#[test]
fn a_click_in_the_middle_of_such_a_try_starts_over_and_is_seen() {
    let mut panel = Panel::started();
    panel.host(HostFact::Settings(Err(no_answer())));
    panel.wait();
    let (late, _) = panel.pending_host[0];

    panel.intent(Intent::SignIn);
    assert!(matches!(panel.sign_in(), SignInSnapshot::Starting { .. }));

    panel.input(Input::Host(late, HostFact::Settings(Err(no_answer()))));
    assert!(matches!(panel.sign_in(), SignInSnapshot::Starting { .. }));
}

#[test]
fn a_wrong_setting_is_read_again_every_half_minute() {
    let mut panel = Panel::started();
    let wrong = Refusal::with_value(Code::SettingsEnableSalesforceSso, "True");
    panel.host(HostFact::Settings(Err(wrong.clone())));
    let before = panel.now;

    panel.wait();

    assert!((30_000..=36_000).contains(&(panel.now - before)));
    assert_eq!(panel.sign_in(), SignInSnapshot::Misconfigured { refusal: wrong });
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Off, &[Way::SalesforceSso]);
    assert!(matches!(panel.sign_in(), SignInSnapshot::Offering { .. }));
}

#[test]
fn what_only_a_reload_can_mend_is_not_looked_at_again() {
    let mut panel = Panel::started();

    panel.host(HostFact::Settings(Err(Refusal::new(Code::HostScriptMissing))));

    assert_eq!(panel.softphone.poll_timeout(), None);
}

#[test]
fn a_window_that_waits_for_the_consoles_proof_says_why_and_goes_on_asking() {
    let mut panel = consent_needed();
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.host(HostFact::Proof(Err(no_answer())));
    assert_eq!(panel.offers(), [Offer::WindowFailed(no_answer()), Offer::Legacy]);

    panel.wait();
    assert_eq!(panel.offers(), [Offer::WindowFailed(no_answer()), Offer::Legacy]);
    panel.prepare_window(None);

    assert!(matches!(panel.offers()[..], [Offer::Window(Some(_)), Offer::Legacy]));
}

#[test]
fn a_session_that_ends_for_want_of_a_proof_starts_over_by_itself() {
    let mut panel = signed_in();

    panel.input(Input::Events(EventsFact::Ended(Refusal::new(Code::SessionProofNeeded))));

    assert!(matches!(panel.sign_in(), SignInSnapshot::Starting { .. }));
    assert!(panel.effects().contains(&Effect::Forget));
}

#[test]
fn a_notice_stands_beside_whatever_happens() {
    let mut panel = Panel::started();
    let notice = Refusal::new(Code::FrameNoMicrophone);
    panel.input(Input::Noticed(notice.clone()));
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.proof();

    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));

    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
    assert_eq!(panel.softphone.snapshot().notice, Some(notice));
}

fn no_answer() -> Refusal {
    Refusal::with_value(Code::HostNoAnswer, "getCallCenterSettings")
}
