//! An agent's phone asks whom it can call inside, and how numbers outside are written.

use acceptance::{
    desk::{Answer, Desk, Visitor, at_the_desk},
    installation::Installation,
    world::Options,
};
use adapter_api::{
    Code, calling_colleagues,
    calling_numbers::{self, Number, Plan},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

#[test]
fn colleagues_are_found_by_name_or_extension() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna_signed_in(installation)?;
        for (agent, extension) in [("anna", "1001"), ("ben", "1002"), ("carla", "1003")] {
            installation.cordboard(&["agent", "set", "acme", agent, "--extension", extension])?;
        }
        let found = |query: &str| -> Result<Vec<(String, String)>> {
            let answer = ask(&desk, &token, query)?;
            let response: calling_colleagues::Response = serde_json::from_value(answer.json()?)?;
            let colleagues = response.colleagues.into_iter();
            Ok(colleagues.map(|one| (one.name, one.extension)).collect())
        };
        let ben = || ("Ben Berger".to_owned(), "1002".to_owned());
        let carla = || ("Carla Costa".to_owned(), "1003".to_owned());

        ensure!(found("")? == [ben(), carla()], "everybody but Anna herself");
        ensure!(found("?q=ber")? == [ben()]);
        ensure!(found("?q=CARLA%20c")? == [carla()]);
        ensure!(found("?q=1002")? == [ben()]);
        ensure!(found("?q=nobody")?.is_empty());

        installation.cordboard(&["agent", "disable", "acme", "ben"])?;
        ensure!(found("?q=ber")?.is_empty(), "he has gone");
        installation.cordboard(&["agent", "set", "acme", "carla", "--no-extension"])?;
        ensure!(found("")?.is_empty(), "she cannot be called");
        Ok(())
    })
}

#[test]
fn numbers_are_written_as_their_countries_write_them() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna_signed_in(installation)?;
        let read = |numbers: &[&str]| -> Result<Vec<calling_numbers::Answer>> {
            let answer = post(&desk, &token, &json!({ "numbers": numbers }))?;
            ensure!(answer.status == 200, "{answer:?}");
            Ok(serde_json::from_value::<calling_numbers::Response>(answer.json()?)?.numbers)
        };
        let paris = |shown: &str| {
            calling_numbers::Answer::Number(Number {
                dial: "+33142685300".into(),
                shown: shown.into(),
                e164: "+33142685300".into(),
                national: "01 42 68 53 00".into(),
                international: "+33 1 42 68 53 00".into(),
                region: Some("FR".into()),
                plan: Plan::Assigned,
            })
        };
        let (abroad, home) = ("+33 1 42 68 53 00", "01 42 68 53 00");
        let none = || calling_numbers::Answer::NoNumber;
        let asked = ["01.42.68.53.00", "+33 (0)1 42 68 53 00", "1001", "", "Anna", "0142685300"];

        ensure!(read(&asked)? == [none(), paris(abroad), none(), none(), none(), none()]);
        installation.cordboard(&["organization", "set", "acme", "--region", "fr"])?;

        ensure!(read(&asked)? == [paris(home), paris(home), none(), none(), none(), paris(home)]);
        ensure!(read(&["0142685300"; 100])?.len() == 100, "each has its answer");
        ensure!(read(&[])?.is_empty());
        let refused =
            installation.cordboard_refuses(&["organization", "set", "acme", "--region", "XX"])?;
        ensure!(refused.contains("two letters of ISO 3166"), "{refused}");
        Ok(())
    })
}

/// Attack: Somebody without a session, or a signed-in panel with requests that are no requests, asks for colleagues and numbers.
/// Refused: 401 without a session; 400 for what cannot be read, 413 for more than 100 numbers; nothing of it is looked up.
#[test]
fn who_is_not_signed_in_looks_nothing_up() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna_signed_in(installation)?;
        for path in ["/calling/colleagues", "/calling/colleagues?q=ben"] {
            desk.call("GET", path).send()?.refuses(401, Code::SessionEnded)?;
            desk.call("GET", path)
                .access_token("token")
                .send()?
                .refuses(401, Code::SessionEnded)?;
        }
        let one = json!({ "numbers": ["1"] });
        desk.post(calling_numbers::PATH, &one)?.refuses(401, Code::SessionEnded)?;

        ask(&desk, &token, "?q=a&q=b")?.refuses(400, Code::RequestMalformed)?;
        let many = json!({ "numbers": vec!["1"; 101] });
        post(&desk, &token, &many)?.refuses(413, Code::RequestTooLarge)?;
        for body in [json!({}), json!({ "numbers": [1] }), json!({ "numbers": [], "more": 1 })] {
            post(&desk, &token, &body)?.refuses(400, Code::RequestMalformed)?;
        }
        Ok(())
    })
}

fn anna_signed_in(installation: &Installation) -> Result<(Desk<'_>, String)> {
    let desk = Desk::new(installation);
    let granted = desk.sign_in_by_window(&mut Visitor::logged_in(installation, "anna.agent")?)?;
    Ok((desk, granted.access_token.0))
}

fn ask(desk: &Desk<'_>, token: &str, query: &str) -> Result<Answer> {
    let path = format!("{}{query}", calling_colleagues::PATH);
    desk.call("GET", &path).access_token(token).send()
}

fn post(desk: &Desk<'_>, token: &str, body: &Value) -> Result<Answer> {
    desk.call("POST", calling_numbers::PATH).access_token(token).json(body).send()
}
