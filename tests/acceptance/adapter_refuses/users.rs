//! A verified Salesforce user who may be no agent: one code each, with the value for the administrator.

use acceptance::{
    desk::{Desk, Ledger, Transaction, Visitor, WindowWalk, at_the_desk, user_id},
    installation::Installation,
    world::{Options, Proof},
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Fault: A Salesforce user has no account, a disabled one, two, or stands outside the call center.
/// Seen: A code of each case's own, with the value to tell the administrator.
/// Kept: Nothing; the refusal is audited.
#[test]
fn a_proof_of_a_user_who_is_no_agent_says_why() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut ledger = Ledger::open(installation)?;
        for case in cases(installation)? {
            case.arrange(installation)?;
            ledger.news()?;
            let mut visitor = Visitor::logged_in(installation, case.user)?;
            let desk = Desk::new(installation);

            let proof = desk.proof_by(&mut visitor)?;
            let answer = desk.sign_in_proof(&proof)?;

            answer.refuses(403, case.refused.clone()).context(case.what)?;
            let Refused { code, value } = &case.refused;
            ledger.has_refusal(*code, value.as_deref()).context(case.what)?;
            case.undo(installation)?;
        }
        Ok(())
    })
}

/// Fault: A user who is no agent finishes a sign-in window, where no proof class is installed.
/// Seen: The window and the panel show a code of each case's own, with its value.
/// Kept: Nothing; the refusal is audited.
#[test]
fn a_window_of_a_user_who_is_no_agent_says_why_and_burns_the_sign_in() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let mut ledger = Ledger::open(installation)?;
        for case in cases(installation)? {
            case.arrange(installation)?;
            ledger.news()?;
            let mut visitor = Visitor::logged_in(installation, case.user)?;
            let desk = Desk::new(installation);
            let transaction = desk.open_transaction(None)?;
            let mut window = WindowWalk::open(&mut visitor, &transaction)?;

            let answer = window.to_callback()?;

            answer.page_refuses(403, case.refused.clone()).context(case.what)?;
            desk.claim(&transaction)?.refuses(403, case.refused.clone()).context(case.what)?;
            let Refused { code, value } = &case.refused;
            ledger.has_refusal(*code, value.as_deref()).context(case.what)?;
            case.undo(installation)?;
        }
        Ok(())
    })
}

/// Fault: The account is disabled while the sign-in window is open.
/// Seen: `sign_in.agent_disabled`, in the window and the panel.
/// Kept: Nothing; the refusal is audited.
#[test]
fn who_ceases_to_be_an_agent_while_the_form_is_open_is_not_let_in() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.open_transaction(None)?;
        let phrase = transaction.phrase.clone().context("without a proof there is a phrase")?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let form = window.to_form()?;
        installation.cordboard(&["agent", "disable", "acme", "anna"])?;
        let mut ledger = Ledger::open(installation)?;

        let answer = window.submit(&form.allow_with(&phrase))?;

        let refused = Refused::with_value(Code::AgentDisabled, "anna");
        answer.page_refuses(403, refused.clone())?;
        desk.claim(&transaction)?.refuses(403, refused)?;
        ledger.has_refusal(Code::AgentDisabled, Some("anna"))
    })
}

/// Fault: Between *Allow* and the panel's claim the consent is revoked, the agent signs out elsewhere, or the account is disabled.
/// Seen: A code of each case's own.
/// Kept: Nothing; a burned sign-in stays burned.
#[test]
fn what_was_allowed_has_to_hold_until_it_is_claimed() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (desk, elsewhere) = (Desk::new(installation), Desk::new(installation));
        let mut allowed = |desk: &Desk<'_>| -> Result<Transaction> {
            let transaction = desk.begin(&mut anna)?;
            let mut window = WindowWalk::open(&mut anna, &transaction)?;
            let form = window.to_form()?;
            window.submit(&form.allow())?;
            Ok(transaction)
        };
        let mut ledger = Ledger::open(installation)?;

        // The consent is revoked from another panel.
        let signed_in = elsewhere.claim(&allowed(&elsewhere)?)?.granted()?;
        let transaction = allowed(&desk)?;
        let consents = elsewhere.consents(&signed_in.access_token.0)?.json()?;
        let consent = consents["consents"][0]["id"].as_str().context("a consent")?;
        elsewhere.revoke_consent(&signed_in.access_token.0, consent)?;
        ledger.news()?;
        desk.claim(&transaction)?.refuses(403, Code::ConsentNeeded)?;
        ledger.has_refusal(Code::ConsentNeeded, None)?;

        // The agent signs out at another panel.
        let signed_in = elsewhere.claim(&allowed(&elsewhere)?)?.granted()?;
        let transaction = allowed(&desk)?;
        elsewhere.sign_out(&signed_in.access_token.0)?;
        ledger.news()?;
        desk.claim(&transaction)?.refuses(403, Code::SignedOut)?;
        ledger.has_refusal(Code::SignedOut, None)?;

        // An administrator disables the account.
        let transaction = allowed(&desk)?;
        installation.cordboard(&["agent", "disable", "acme", "anna"])?;
        ledger.news()?;
        let disabled = Refused::with_value(Code::AgentDisabled, "anna");
        desk.claim(&transaction)?.refuses(403, disabled.clone())?;
        ledger.has_refusal(Code::AgentDisabled, Some("anna"))?;
        // And what is burned stays so.
        installation.cordboard(&["agent", "enable", "acme", "anna"])?;
        desk.claim(&transaction)?.refuses(403, disabled)
    })
}

/// Attack: A user is deactivated in Salesforce while the window signs in.
/// Refused: 403 `oauth.refused` with Salesforce's `invalid_grant`, in the window, the panel and the audit log; the class makes no proof for them.
#[test]
fn a_deactivated_user_gets_neither_proof_nor_token_from_salesforce() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let callback = WindowWalk::open(&mut anna, &transaction)?.callback_url()?;
        let mut ledger = Ledger::open(installation)?;
        set_user(installation, "anna.agent", &json!({ "active": false }))?;

        let answer = anna.get(&callback)?;

        let refused = Refused::with_value(Code::OauthRefused, "invalid_grant");
        answer.page_refuses(403, refused.clone())?;
        desk.claim(&transaction)?.refuses(403, refused)?;
        ledger.has_refusal(Code::OauthRefused, Some("invalid_grant"))?;
        ensure!(desk.proof_by(&mut anna).is_err(), "the class still speaks for her");
        Ok(())
    })
}

/// Somebody at a console, what is arranged about them, and what they are told.
struct Case {
    what: &'static str,
    user: &'static str,
    /// On the user record, then how it was before.
    record: Option<(Value, Value)>,
    commands: &'static [&'static [&'static str]],
    afterwards: &'static [&'static [&'static str]],
    refused: Refused,
}

impl Case {
    fn arrange(&self, installation: &Installation) -> Result<()> {
        if let Some((change, _)) = &self.record {
            set_user(installation, self.user, change)?;
        }
        run(installation, self.commands)
    }

    fn undo(&self, installation: &Installation) -> Result<()> {
        if let Some((_, before)) = &self.record {
            set_user(installation, self.user, before)?;
        }
        run(installation, self.afterwards)
    }
}

fn cases(installation: &Installation) -> Result<Vec<Case>> {
    let call_center = installation.org["call_center_id"].as_str().context("a call center")?;
    let id = |username| user_id(installation, username);
    let case = |what, user, refused| Case {
        what,
        user,
        record: None,
        commands: &[],
        afterwards: &[],
        refused,
    };
    let member = |belongs| json!({ "call_center": belongs });
    Ok(vec![
        case("of no call center", "otto.outside", Code::NotInCallCenter.into()),
        Case {
            record: Some((member(false), member(true))),
            ..case("no longer of the call center", "anna.agent", Code::NotInCallCenter.into())
        },
        Case {
            commands: &[&["organization", "set", "acme", "--call-center", "04vAx0000000099"]],
            afterwards: &[&["organization", "set", "acme", "--call-center", "04vAx0000000001"]],
            ..case(
                "of another call center",
                "anna.agent",
                Refused::with_value(Code::NotInCallCenter, call_center),
            )
        },
        Case {
            record: Some((
                json!({ "user_type": "PowerPartner" }),
                json!({ "user_type": "Standard" }),
            )),
            ..case(
                "a partner",
                "anna.agent",
                Refused::with_value(Code::NotStandardUser, "PowerPartner"),
            )
        },
        Case {
            record: Some((member(true), member(false))),
            ..case("no agent", "otto.outside", no_agent(id("otto.outside")?))
        },
        Case {
            commands: &[&["agent", "disable", "acme", "carla"]],
            afterwards: &[&["agent", "enable", "acme", "carla"]],
            ..case("disabled", "carla.costa", Refused::with_value(Code::AgentDisabled, "carla"))
        },
        Case {
            commands: &[&[
                "agent",
                "add",
                "acme",
                "twin",
                "--name",
                "Twin",
                "--salesforce-user",
                "Anna.Agent@acme.example",
            ]],
            ..case(
                "two accounts'",
                "anna.agent",
                Refused::with_value(Code::LinkConflict, id("anna.agent")?),
            )
        },
    ])
}

fn no_agent(user: String) -> Refused {
    Refused::with_value(Code::NoAgent, user)
}

fn run(installation: &Installation, commands: &[&[&str]]) -> Result<()> {
    commands.iter().try_for_each(|words| installation.cordboard(words).map(drop))
}

fn set_user(installation: &Installation, username: &str, change: &Value) -> Result<()> {
    let mut body = change.clone();
    body["username"] = json!(format!("{username}@acme.example"));
    installation.practice_control("user", &body).map(drop)
}
