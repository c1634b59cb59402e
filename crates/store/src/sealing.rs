//! Secrets that have to be known again, so that they stand here sealed. Each is bound to its row and its
//! name: it opens nowhere else.

use identity::keys::Keys;
use sqlx::Row;

use crate::{StoreError, Unit, calling, organization};

/// A column of sealed secrets.
#[derive(Clone, Copy, Debug)]
pub struct Sealed {
    table: &'static str,
    /// The column that tells the rows apart.
    id: &'static str,
    /// Whose secret it is, as SQL.
    owner: &'static str,
    name: &'static str,
    column: &'static str,
}

/// One of them, still sealed.
pub struct Found {
    pub id: String,
    pub owner: String,
    pub sealed: Vec<u8>,
}

impl Sealed {
    pub const fn of_organization(name: &'static str, column: &'static str) -> Self {
        Self { table: "organization", id: "handle", owner: "handle", name, column }
    }

    pub const fn of_agent(name: &'static str, column: &'static str) -> Self {
        Self { table: "agent", id: "id", owner: "organization || '/' || login", name, column }
    }

    pub fn bound_to(self, id: &str) -> String {
        sealed_as(id, self.name)
    }
}

/// Whatever is sealed.
pub fn all() -> impl Iterator<Item = Sealed> {
    organization::SEALED.into_iter().chain(calling::SEALED)
}

/// What a secret is bound to.
pub fn sealed_as(id: &str, name: &str) -> String {
    format!("{id}/{name}")
}

pub fn seal(keys: &Keys, name: &str, secret: &str) -> Result<Vec<u8>, StoreError> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|_| StoreError::Corrupt("the system's random numbers"))?;
    Ok(keys.seal(name, secret, random))
}

impl Unit {
    pub(crate) async fn sealed(&mut self, column: Sealed) -> Result<Vec<Found>, StoreError> {
        let Sealed { table, id, owner, column, .. } = column;
        let mut query = sqlx::QueryBuilder::new("SELECT ");
        query.push(id).push(" AS id, ").push(owner).push(" AS owner, ").push(column);
        query.push(" AS sealed FROM ").push(table);
        query.push(" WHERE ").push(column).push(" IS NOT NULL ORDER BY 2");
        let rows = query.build().fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                Ok(Found {
                    id: row.try_get("id")?,
                    owner: row.try_get("owner")?,
                    sealed: row.try_get("sealed")?,
                })
            })
            .collect()
    }

    pub(crate) async fn reseal(
        &mut self,
        column: Sealed,
        id: &str,
        sealed: Vec<u8>,
    ) -> Result<(), StoreError> {
        let mut update = sqlx::QueryBuilder::new("UPDATE ");
        update.push(column.table).push(" SET ").push(column.column).push(" = ").push_bind(sealed);
        update.push(" WHERE ").push(column.id).push(" = ").push_bind(id.to_owned());
        update.build().execute(self.connection()).await?;
        Ok(())
    }
}
