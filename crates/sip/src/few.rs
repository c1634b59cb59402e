//! A map for a handful of entries: a list weighs less in the browser than a tree, and is faster for so few.

#[derive(Debug)]
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K: PartialEq, V> Few<K, V> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.iter_mut().find(|(found, _)| found == key).map(|(_, value)| value)
    }

    /// In place of what the key had.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.get_mut(&key) {
            Some(kept) => *kept = value,
            None => self.0.push((key, value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let index = self.0.iter().position(|(found, _)| found == key)?;
        Some(self.0.remove(index).1)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// In the order of insertion.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(steps in proptest::collection::vec((0u8..6, any::<Option<u8>>()), 0..40)) {
            let (mut few, mut map) = (Few::new(), BTreeMap::new());

            for (key, value) in steps {
                match value {
                    Some(value) => {
                        few.insert(key, value);
                        map.insert(key, value);
                    }
                    None => prop_assert_eq!(few.remove(&key), map.remove(&key)),
                }
            }

            let mut held: Vec<(u8, u8)> = few.iter().map(|(key, value)| (*key, *value)).collect();
            held.sort_unstable();
            prop_assert_eq!(held, map.into_iter().collect::<Vec<_>>());
        }
    }
}
