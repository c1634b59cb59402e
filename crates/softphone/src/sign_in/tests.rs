//! The sign-in's transitions, told one by one, and what no sequence of inputs may do.

mod console;
mod password;
mod tabs;
mod world;

use adapter_api::{Code, Secret, StartedBy, Way, sessions, sign_in_challenge::ProofPolicy};
use proptest::prelude::*;
use salesforce::call_center::SalesforceSso;

use crate::{
    protocol::{
        AdapterCall, AdapterFact, Effect, EventsFact, HostFact, Input, Intent, Refusal, Ticket,
        WindowHandle,
    },
    snapshot::{
        Connection, Form, Offer, Others, SessionsSnapshot, SignInSnapshot, SigningOut,
        SwitchingSnapshot,
    },
};

use world::*;

#[test]
fn a_linked_agent_with_consent_is_signed_in_without_a_click() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::Legacy, Way::SalesforceSso]);
    panel.proof();

    let call = panel.adapter(AdapterFact::Granted(grant(Way::Proof)));

    assert!(matches!(call, AdapterCall::Proof { started_by: StartedBy::Load, .. }));
    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
    assert_eq!(panel.effects(), [Effect::OpenEvents]);
}

#[test]
fn the_proof_says_the_language_before_anybody_is_signed_in() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    assert_eq!(panel.softphone.snapshot().language, None);

    panel.host(HostFact::Proof(Ok(proof_of_somebody_who_speaks("ja"))));
    assert_eq!(panel.softphone.snapshot().language.as_deref(), Some("ja"));

    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));
    assert_eq!(panel.softphone.snapshot().language.as_deref(), Some("fr_CA"));
}

#[test]
fn a_missing_consent_prepares_the_window_before_the_click() {
    let mut panel = consent_needed();
    assert_eq!(panel.offers(), [Offer::Window(None), Offer::Legacy]);

    panel.prepare_window(None);

    let [Offer::Window(Some(window)), Offer::Legacy] = &panel.offers()[..] else {
        panic!("no window")
    };
    assert_eq!(window.start_url, "https://phone.example/auth/start?tx=tx-1");
}

#[test]
fn the_window_ends_in_a_session_by_its_claim_alone() {
    let mut panel = consent_needed();
    panel.prepare_window(None);
    panel.intent(Intent::OpenedWindow(WindowHandle::Given));
    panel.adapter(AdapterFact::Waiting);
    panel.adapter(AdapterFact::Waiting);

    panel.adapter(AdapterFact::Granted(grant(Way::SalesforceSso)));

    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn a_null_handle_is_a_hint_and_the_claim_goes_on() {
    let mut panel = consent_needed();
    panel.prepare_window(None);

    panel.intent(Intent::OpenedWindow(WindowHandle::Null));

    let SignInSnapshot::WaitingForWindow { hint, .. } = panel.sign_in() else {
        panic!("not waiting")
    };
    assert_eq!(hint.map(|hint| hint.code), Some(Code::PopupBlocked));
    assert!(matches!(panel.adapter(AdapterFact::Waiting), AdapterCall::Claim { .. }));
}

#[test]
fn an_adapter_restarting_while_the_window_is_open_is_asked_again() {
    let mut panel = consent_needed();
    panel.prepare_window(None);
    panel.intent(Intent::OpenedWindow(WindowHandle::Given));
    let passing = [Code::AdapterInternal, Code::AdapterBusy, Code::RequestTooMany].map(refused);
    for fault in [AdapterFact::Unreachable].into_iter().chain(passing) {
        panel.adapter(fault);
        assert!(matches!(panel.sign_in(), SignInSnapshot::WaitingForWindow { .. }));
        panel.wait();
    }

    panel.adapter(AdapterFact::Granted(grant(Way::SalesforceSso)));
    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn what_passes_by_itself_is_a_reason_to_wait_and_no_end() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    for code in [Code::RequestTooMany, Code::AdapterBusy, Code::RequestTooSlow] {
        panel.adapter(refused(code));
        let SignInSnapshot::Unreachable { refusal, .. } = panel.sign_in() else {
            panic!("it does not wait")
        };
        assert_eq!(refusal.code, code);
        panel.wait();
        panel.settings(SalesforceSso::Enabled);
    }

    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.proof();
    panel.adapter(refused(Code::RequestTooMany));
    assert!(matches!(panel.sign_in(), SignInSnapshot::Unreachable { .. }));
    panel.wait();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.proof();
    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));

    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn whoever_is_told_to_come_back_later_comes_back_then() {
    let later = |after| AdapterFact::Later { refusal: Code::RequestTooMany.into(), after };
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);

    panel.adapter(later(40));

    let SignInSnapshot::Unreachable { refusal, retry_at: Some(retry_at), .. } = panel.sign_in()
    else {
        panic!("it does not wait")
    };
    assert_eq!(refusal.code, Code::RequestTooMany);
    assert!((40_000..48_000).contains(&(retry_at - panel.now)));
    panel.wait();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.proof();
    panel.adapter(later(40));
    assert!(matches!(panel.sign_in(), SignInSnapshot::Unreachable { .. }));

    let mut panel = signed_in();
    panel.wait();
    panel.adapter(later(40));
    panel.input(Input::Events(EventsFact::Later(50)));
    let asked_at = panel.now;
    panel.wait();
    assert!((40_000..48_000).contains(&(panel.now - asked_at)));
    panel.wait();
    assert!((50_000..60_000).contains(&(panel.now - asked_at)));
    assert_eq!(panel.effects(), [Effect::OpenEvents]);
}

#[test]
fn a_form_that_was_sent_too_often_opens_again_by_itself() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Off, &[Way::Password]);
    let form = |panel: &Panel| match panel.sign_in() {
        SignInSnapshot::EnteringPassword { form, .. } => form,
        other => panic!("{other:?}"),
    };
    panel.intent(submit_password());
    panel.adapter(AdapterFact::Later { refusal: Code::RequestTooMany.into(), after: 5 });

    let Form::Paused { until } = form(&panel) else { panic!("it can be sent at once") };
    assert!((5_000..6_000).contains(&(until - panel.now)));
    panel.intent(submit_password());
    assert!(panel.pending_adapter.is_empty());
    panel.wait();

    assert_eq!(form(&panel), Form::Open);
    panel.intent(submit_password());
    assert_eq!(form(&panel), Form::Submitting);
}

#[test]
fn not_now_offers_the_remaining_ways_and_opens_nothing() {
    let mut panel = consent_needed();
    panel.prepare_window(None);
    panel.intent(Intent::OpenedWindow(WindowHandle::Given));

    panel.adapter(refused(Code::ConsentDeclined));

    assert_eq!(panel.refusal().map(|refusal| refusal.code), Some(Code::ConsentDeclined));
    assert_eq!(panel.offers(), [Offer::Window(None), Offer::Legacy]);
}

#[test]
fn a_prepared_window_is_renewed_before_its_transaction_expires() {
    let mut panel = consent_needed();
    panel.prepare_window(None);
    let before = panel.now;

    panel.wait();

    assert_eq!(panel.now - before, 480_000);
    assert_eq!(panel.offers()[0], Offer::Window(None));
    panel.prepare_window(None);
}

#[test]
fn a_legacy_account_goes_on_with_its_token_beside_a_fresh_proof() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::Legacy, Way::SalesforceSso]);
    panel.proof();
    panel.adapter(refused(Code::UseLegacy));
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::Legacy, Way::SalesforceSso]);
    panel.proof();
    panel.host(HostFact::Credentials(Ok(credentials())));

    let call = panel.adapter(AdapterFact::Granted(grant(Way::Legacy)));

    assert!(matches!(call, AdapterCall::Legacy { proof: Some(_), .. }));
    assert!(matches!(panel.sign_in(), SignInSnapshot::SignedIn(_)));
}

#[test]
fn with_the_flag_off_the_token_is_used_without_asking_for_a_proof_sign_in() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Required, &[Way::Legacy]);
    panel.proof();
    panel.host(HostFact::Credentials(Ok(credentials())));

    assert!(matches!(
        panel.adapter(AdapterFact::Granted(grant(Way::Legacy))),
        AdapterCall::Legacy { .. }
    ));
}

#[test]
fn without_the_class_and_the_flag_the_form_is_the_only_way() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Off, &[Way::Legacy]);
    panel.intent(Intent::SubmitCredentials(credentials()));

    panel.adapter(refused(Code::WrongCredentials));

    let SignInSnapshot::EnteringCredentials { refusal, form, .. } = panel.sign_in() else {
        panic!("no form")
    };
    assert_eq!(
        (refusal.map(|refusal| refusal.code), form),
        (Some(Code::WrongCredentials), Form::Open)
    );
}

#[test]
fn without_the_class_the_button_comes_with_a_phrase() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Off, &[Way::Legacy, Way::SalesforceSso]);

    panel.adapter(transaction(Some("amber kettle")));

    let Offer::Window(Some(window)) = &panel.offers()[0] else { panic!("no window") };
    assert_eq!(window.phrase.as_deref(), Some("amber kettle"));
}

#[test]
fn after_sign_out_one_click_signs_in_again() {
    let mut panel = signed_in();
    panel.intent(Intent::SignOut);
    panel.adapter(AdapterFact::Done);
    assert_eq!(panel.sign_in(), SignInSnapshot::SignedOut);
    assert!(panel.effects().contains(&Effect::Forget));

    panel.intent(Intent::SignIn);
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof, Way::SalesforceSso]);
    panel.proof();

    let call = panel.adapter(AdapterFact::Granted(grant(Way::Proof)));
    assert!(matches!(call, AdapterCall::Proof { started_by: StartedBy::Agent, .. }));
}

#[test]
fn a_sign_out_that_the_adapter_did_not_hear_says_so() {
    let mut panel = signed_in();
    panel.intent(Intent::SignOut);

    panel.adapter(AdapterFact::Unreachable);

    let SignInSnapshot::SignedIn(signed_in) = panel.sign_in() else { panic!("not signed in") };
    assert_eq!(signed_in.signing_out, SigningOut::Unheard);
}

#[test]
fn an_unreachable_adapter_is_tried_again_by_itself_and_by_a_click() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.adapter(AdapterFact::Unreachable);
    assert!(matches!(panel.sign_in(), SignInSnapshot::Unreachable { attempt: 1, .. }));

    panel.wait();
    panel.settings(SalesforceSso::Enabled);
    panel.adapter(AdapterFact::Unreachable);
    assert!(matches!(panel.sign_in(), SignInSnapshot::Unreachable { attempt: 2, .. }));

    panel.intent(Intent::SignIn);
    assert!(matches!(panel.sign_in(), SignInSnapshot::Starting { .. }));
}

#[test]
fn a_wrong_setting_is_explained_and_read_again_on_a_click() {
    let mut panel = Panel::started();
    let refusal = Refusal::with_value(Code::SettingsEnableSalesforceSso, "True");

    panel.host(HostFact::Settings(Err(refusal.clone())));

    assert_eq!(panel.sign_in(), SignInSnapshot::Misconfigured { refusal });
    panel.intent(Intent::SignIn);
    panel.settings(SalesforceSso::Enabled);
}

#[test]
fn a_session_ended_by_the_adapter_says_why() {
    let mut panel = signed_in();

    panel.input(Input::Events(EventsFact::Ended(Refusal::new(Code::AgentDisabled))));

    assert_eq!(
        panel.sign_in(),
        SignInSnapshot::Ended { refusal: Refusal::new(Code::AgentDisabled) }
    );
    assert!(panel.effects().contains(&Effect::Forget));
}

#[test]
fn another_user_at_the_desk_starts_over_and_sees_nothing_of_the_first() {
    let mut panel = signed_in();
    panel.wait();

    panel.adapter(refused(Code::SessionOtherUser));

    assert!(matches!(panel.sign_in(), SignInSnapshot::Starting { .. }));
    assert!(!format!("{:?}", panel.softphone.snapshot().sign_in).contains("Anna"));
}

#[test]
fn a_refresh_carries_a_proof_once_one_is_due() {
    let mut panel = signed_in();
    for seconds_left in [660, 420, 180] {
        panel.wait();
        let mut grant = grant(Way::Proof);
        grant.session.proof_due_in = Some(seconds_left);
        assert!(matches!(
            panel.adapter(AdapterFact::Granted(grant)),
            AdapterCall::Refresh { proof: None }
        ));
    }

    panel.wait();
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    panel.proof();

    let call = panel.adapter(AdapterFact::Granted(grant(Way::Proof)));
    assert!(matches!(call, AdapterCall::Refresh { proof: Some(_) }));
}

#[test]
fn an_organization_that_gave_the_class_up_is_refreshed_without_a_proof() {
    let mut panel = signed_in();
    panel.wait();
    let mut grant = grant(Way::Proof);
    grant.session.proof_due_in = Some(0);
    panel.adapter(AdapterFact::Granted(grant.clone()));
    panel.wait();

    panel.challenge(ProofPolicy::Off, &[Way::SalesforceSso]);

    let call = panel.adapter(AdapterFact::Granted(grant));
    assert!(matches!(call, AdapterCall::Refresh { proof: None }));
}

#[test]
fn a_session_outlives_the_adapters_absence() {
    let mut panel = signed_in();
    panel.wait();
    panel.adapter(AdapterFact::Unreachable);

    let SignInSnapshot::SignedIn(snapshot) = panel.sign_in() else { panic!("not signed in") };
    assert_eq!(snapshot.connection, Connection::Reconnecting);

    panel.wait();
    panel.adapter(AdapterFact::Granted(grant(Way::Proof)));
    let SignInSnapshot::SignedIn(snapshot) = panel.sign_in() else { panic!("not signed in") };
    assert_eq!(snapshot.connection, Connection::Connected);
}

#[test]
fn switching_keeps_the_legacy_session_until_the_new_one_is_there() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Disabled);
    panel.challenge(ProofPolicy::Required, &[Way::Legacy]);
    panel.proof();
    panel.host(HostFact::Credentials(Ok(credentials())));
    panel.adapter(AdapterFact::Granted(grant(Way::Legacy)));
    panel.effects();

    panel.intent(Intent::Switch);
    panel.prepare_window(None);
    panel.intent(Intent::OpenedWindow(WindowHandle::Given));
    let SignInSnapshot::SignedIn(snapshot) = panel.sign_in() else { panic!("not signed in") };
    assert!(matches!(snapshot.switching, Some(SwitchingSnapshot::Waiting { .. })));

    panel.adapter(refused(Code::LinkConfirm));
    let SignInSnapshot::SignedIn(snapshot) = panel.sign_in() else { panic!("not signed in") };
    assert!(matches!(snapshot.switching, Some(SwitchingSnapshot::Failed { .. })));
}

#[test]
fn an_answer_to_an_abandoned_question_changes_nothing() {
    let mut panel = Panel::started();
    panel.settings(SalesforceSso::Enabled);
    panel.challenge(ProofPolicy::Required, &[Way::Proof]);
    let before = panel.softphone.snapshot();

    panel.input(Input::Adapter(Ticket(1), AdapterFact::Granted(grant(Way::Proof))));

    assert_eq!(panel.softphone.snapshot(), before);
}

#[test]
fn ending_the_other_sessions_shows_what_is_left_of_them() {
    let mut panel = signed_in();
    let sessions = |panel: &Panel| match panel.sign_in() {
        SignInSnapshot::SignedIn(signed_in) => signed_in.sessions,
        other => panic!("{other:?}"),
    };
    panel.intent(Intent::ShowSessions);
    assert_eq!(sessions(&panel), Some(SessionsSnapshot::Loading));
    panel.adapter(AdapterFact::Sessions(sessions::Response { sessions: vec![], unseen: 2 }));

    panel.intent(Intent::EndOtherSessions);

    let ending = SessionsSnapshot::Listed { sessions: vec![], unseen: 2, others: Others::Ending };
    assert_eq!(sessions(&panel), Some(ending));
    assert_eq!(panel.adapter(AdapterFact::Done), AdapterCall::EndOtherSessions);
    assert_eq!(panel.adapter(AdapterFact::Unreachable), AdapterCall::Sessions);
    assert!(matches!(sessions(&panel), Some(SessionsSnapshot::Failed { .. })));
    panel.intent(Intent::HideSessions);
    assert_eq!(sessions(&panel), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Answers carry the newest tickets half of the time, so that sequences get far.
    #[test]
    fn only_a_grant_that_was_asked_for_signs_in_and_every_state_has_a_way_out(
        script in prop::collection::vec((any_input(), any::<bool>()), 1..60),
    ) {
        let mut panel = Panel::started();
        let mut was_signed_in = false;
        for (input, fresh) in script {
            let input = if fresh { panel.with_newest_ticket(input) } else { input };
            let grants_a_credential = panel.grants_a_credential(&input);
            panel.input(input);
            let signed_in = matches!(panel.sign_in(), SignInSnapshot::SignedIn(_));

            prop_assert!(!signed_in || was_signed_in || grants_a_credential);
            prop_assert!(panel.has_a_way_out(), "stuck in {:?}", panel.sign_in());
            was_signed_in = signed_in;
        }
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    let code = prop::sample::select(Code::ALL).prop_map(Refusal::new);
    let ticket = (0_u32..12).prop_map(Ticket);
    let ways = prop::sample::subsequence(
        vec![Way::Proof, Way::Legacy, Way::SalesforceSso, Way::Password],
        0..=4,
    );
    let policy = prop::sample::select(vec![ProofPolicy::Required, ProofPolicy::Off]);
    let adapter = prop_oneof![
        3 => (policy, ways).prop_map(|(policy, ways)| challenge(policy, &ways)),
        2 => Just(AdapterFact::Granted(grant(Way::Legacy))),
        2 => Just(transaction(None)),
        1 => Just(AdapterFact::Waiting),
        1 => Just(AdapterFact::Sessions(sessions::Response { sessions: vec![], unseen: 0 })),
        1 => Just(AdapterFact::Done),
        1 => Just(AdapterFact::Unreachable),
        1 => code.clone().prop_map(|refusal| AdapterFact::Later { refusal, after: 5 }),
        3 => code.clone().prop_map(AdapterFact::Refused),
    ];
    let host = prop_oneof![
        3 => prop::sample::select(vec![SalesforceSso::Enabled, SalesforceSso::Disabled])
            .prop_map(|flag| HostFact::Settings(Ok(settings(flag)))),
        1 => code.clone().prop_map(|refusal| HostFact::Settings(Err(refusal))),
        3 => Just(HostFact::Proof(Ok(proof()))),
        1 => code.clone().prop_map(|refusal| HostFact::Proof(Err(refusal))),
        2 => Just(HostFact::Credentials(Ok(credentials()))),
    ];
    let intent = prop::sample::select(vec![
        Intent::SignIn,
        Intent::Choose(Way::Legacy),
        Intent::OpenedWindow(WindowHandle::Null),
        Intent::Cancel,
        Intent::SubmitCredentials(credentials()),
        Intent::Choose(Way::Password),
        submit_password(),
        Intent::SignOut,
        Intent::Switch,
        Intent::ShowConsents,
        Intent::HideConsents,
        Intent::RevokeConsent("1".into()),
        Intent::ShowSessions,
        Intent::HideSessions,
        Intent::EndOtherSessions,
    ]);
    let events = prop_oneof![
        Just(EventsFact::Opened),
        Just(EventsFact::Lost),
        Just(EventsFact::Later(5)),
        code.prop_map(EventsFact::Ended),
    ];
    prop_oneof![
        4 => (ticket.clone(), adapter).prop_map(|(ticket, fact)| Input::Adapter(ticket, fact)),
        3 => (ticket, host).prop_map(|(ticket, fact)| Input::Host(ticket, fact)),
        2 => intent.prop_map(Input::Intent),
        1 => events.prop_map(Input::Events),
        1 => Just(Input::Started),
        1 => Just(Input::AllowedInOtherTab),
    ]
}

fn submit_password() -> Intent {
    Intent::SubmitPassword { login: "carla".into(), password: Secret("twelve letters".into()) }
}
