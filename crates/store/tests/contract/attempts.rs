use identity::attempts::Attempts;

use crate::database::{Database, at};

pub async fn attempts_are_counted_by_key_until_they_are_forgotten(database: &Database) {
    let until = |seconds| Attempts { forgotten_at: at(seconds) };
    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.attempts(&[1; 32]).await.unwrap(), Attempts::default());

    unit.save_attempts(&[1; 32], until(60)).await.unwrap();
    unit.save_attempts(&[1; 32], until(120)).await.unwrap();
    unit.save_attempts(&[2; 32], until(60)).await.unwrap();
    unit.save_attempts(&[3; 32], until(180)).await.unwrap();
    unit.forget_attempts(&[3; 32]).await.unwrap();
    unit.sweep(at(61)).await.unwrap();

    assert_eq!(unit.attempts(&[1; 32]).await.unwrap(), until(120));
    assert_eq!(unit.attempts(&[2; 32]).await.unwrap(), Attempts::default(), "it is swept away");
    assert_eq!(unit.attempts(&[3; 32]).await.unwrap(), Attempts::default());
}
