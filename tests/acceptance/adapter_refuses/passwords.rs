//! Login and password: whatever is wrong with them, it is told in the same words and time.

use std::time::Duration;

use acceptance::{
    desk::{Answer, Desk, Ledger, at_the_desk},
    installation::Installation,
    world::{Options, Proof},
};
use adapter_api::{Code, invite};
use anyhow::{Context as _, Result, ensure};

/// Attack: Somebody tries logins and passwords, to learn which logins exist.
/// Refused: unknown login, wrong password, no password, a disabled agent and the method being off are one
/// answer, `sign_in.wrong_credentials`, in the same time.
#[test]
fn passwords_are_refused_alike_whatever_is_wrong() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        for login in ["ben", "carla"] {
            let code = invited(installation, login)?;
            let set = set_password(installation, &desk, &code, "same-origin")?;
            ensure!(set.status == 200, "{set:?}");
        }
        installation.cordboard(&["agent", "disable", "acme", "carla"])?;
        let mut ledger = Ledger::open(installation)?;
        let mut refused_alike = |login: &str, password: &str| -> Result<()> {
            let answer = desk.sign_in_password(login, password)?;
            answer.refuses(403, Code::WrongCredentials)?;
            ensure!(answer.took >= FLOOR, "answered after {:?}: {answer:?}", answer.took);
            ledger.has_refusal(Code::WrongCredentials, None)
        };

        refused_alike("nobody", PASSWORD).context("an unknown login")?;
        refused_alike("ben", "wrong horse battery").context("a wrong password")?;
        refused_alike("ben", "").context("no password")?;
        refused_alike("anna", PASSWORD).context("an agent without a password")?;
        refused_alike("carla", PASSWORD).context("a disabled agent")?;
        installation.cordboard(&["organization", "set", "acme", "--password", "off"])?;
        ledger.news()?;
        let off = desk.sign_in_password("ben", PASSWORD)?;
        off.refuses(403, Code::WrongCredentials).context("the method is off")?;
        ensure!(off.took >= FLOOR, "answered after {:?}", off.took);

        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        desk.sign_in_password("ben", PASSWORD)?.granted().map(drop)
    })
}

/// Attack: Another site's page posts the form of an invitation whose code it got hold of.
/// Refused: `request.origin`; the invitation stays as good as it was.
#[test]
fn a_password_is_set_from_our_own_page_alone() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        let code = invited(installation, "ben")?;

        set_password(installation, &desk, &code, "cross-site")?
            .page_refuses(403, Code::RequestOrigin)?;

        let ours = set_password(installation, &desk, &code, "same-origin")?;
        ensure!(ours.status == 200, "{ours:?}");
        Ok(())
    })
}

#[test]
fn a_reset_ends_the_sessions_of_the_password_before() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        let code = invited(installation, "ben")?;
        set_password(installation, &desk, &code, "same-origin")?;
        let granted = desk.sign_in_password("ben", PASSWORD)?.granted()?;

        let code = invited(installation, "ben")?;
        set_password(installation, &desk, &code, "same-origin")?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionEnded)
    })
}

fn invited(installation: &Installation, login: &str) -> Result<String> {
    let printed = installation.cordboard(&["agent", "invite", "acme", login])?;
    Ok(printed.trim().to_owned())
}

fn set_password(
    installation: &Installation,
    desk: &Desk<'_>,
    code: &str,
    fetched_from: &str,
) -> Result<Answer> {
    let password = PASSWORD.replace(' ', "+");
    desk.call("POST", invite::PATH)
        .without_proof()
        .body(
            "application/x-www-form-urlencoded",
            &format!("code={code}&password={password}&again={password}"),
        )
        .header("origin", &installation.adapter_url())
        .header("sec-fetch-site", fetched_from)
        .send()
}

const PASSWORD: &str = "correct horse battery";
const FLOOR: Duration = Duration::from_millis(400);
