//! An operator looks whether all is well, and keeps a copy that brings everything back.

use std::{fs, os::unix::fs::PermissionsExt as _};

use acceptance::{
    desk::{Desk, Visitor, at_the_desk},
    world::Options,
};
use anyhow::{Result, bail, ensure};

/// Fault: the database is lost, and a copy that was taken while the adapter ran is put in its place.
/// Seen: nothing: the agent's session goes on, and the next sign-in is silent.
/// Kept: accounts, consents, sessions and the audit log up to the moment of the copy.
#[test]
fn a_copy_taken_while_the_adapter_runs_brings_everything_back() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let copy = installation.folder().join("copy.sqlite");
        let copy_path = copy.to_string_lossy().into_owned();

        installation.cordboard(&["backup", &copy_path])?;

        ensure!(fs::metadata(&copy)?.permissions().mode() & 0o777 == 0o600, "its owner's alone");
        let refused = installation.cordboard_refuses(&["backup", &copy_path])?;
        ensure!(refused.contains("no backup at"), "{refused}");
        installation.stop_adapter()?;
        for ending in ["", "-wal", "-shm"] {
            let _ =
                fs::remove_file(installation.folder().join(format!("cordboard.sqlite{ending}")));
        }
        fs::rename(&copy, installation.folder().join("cordboard.sqlite"))?;
        installation.start_adapter()?;

        desk.refresh(&granted.refresh_token.0, None)?.granted()?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_proof(&proof)?.granted()?;
        let audit = installation.cordboard(&["audit", "--json"])?;
        ensure!(audit.contains("\"agent.add\"") && audit.contains("\"sign_in\""), "{audit}");
        Ok(())
    })
}

#[test]
fn check_config_names_each_thing_that_is_wrong() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let fine = installation.cordboard(&["check-config"])?;
        ensure!(!fine.contains("WRONG") && fine.contains("organisation acme"), "{fine}");

        let key = installation.folder().join("cordboard.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644))?;
        let refused = installation.cordboard_refuses(&["check-config"])?;
        ensure!(refused.contains("one thing is wrong"), "{refused}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;

        let file = installation.folder().join("cordboard.toml");
        let settings = fs::read_to_string(&file)?;
        fs::write(&file, format!("publik_url = 'https://phone.example'\n{settings}"))?;
        let refused = installation.cordboard_refuses(&["audit"])?;
        ensure!(refused.contains("publik_url"), "{refused}");
        Ok(())
    })
}

#[test]
fn the_adapter_does_not_start_with_a_key_that_others_can_read() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.stop_adapter()?;
        let key = installation.folder().join("cordboard.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o604))?;

        let Err(refused) = installation.start_adapter() else { bail!("it starts") };

        ensure!(format!("{refused:#}").contains("chmod 600"), "{refused:#}");
        Ok(())
    })
}
