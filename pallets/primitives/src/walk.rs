//! A walk over the entries of storage maps, as far as a block's weight goes and on from there in the next block: what
//! the migration of many entries is made of. It goes by raw keys, so that an entry that cannot be decoded stops nothing.

use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most bytes of a key: no map of the pallets has longer ones.
pub const MAX_KEY_BYTES: u32 = 128;
/// A key of a storage map, with the map's prefix.
pub type Key = BoundedVec<u8, ConstU32<MAX_KEY_BYTES>>;
/// What all keys of a map begin with.
pub type Prefix = [u8; 32];

/// Where a walk stands. By default at its beginning.
#[derive(
    Clone,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Place {
    /// Which of the maps, counted from zero.
    map: u8,
    /// The last key that was visited in it; empty before the first.
    after: Key,
}

/// Why a walk stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walked {
    /// Every entry was visited.
    Everywhere,
    /// An entry was refused. So many were visited before it.
    UpTo(u32),
}

impl Place {
    /// Visits entries, map by map, until `visit` refuses one by returning `false`: that one is the first of the next walk.
    /// `visit` is given the number of the map and the key. It may remove the entry and add others; those that come later in
    /// the map are visited too.
    pub fn walk(&mut self, maps: &[Prefix], mut visit: impl FnMut(u8, &[u8]) -> bool) -> Walked {
        let mut visited = 0u32;
        while let Some(prefix) = maps.get(usize::from(self.map)) {
            let last: &[u8] = if self.after.is_empty() {
                prefix
            } else {
                &self.after
            };
            let next = sp_io::storage::next_key(last).filter(|key| key.starts_with(prefix));
            let Some(key) = next else {
                *self = Self {
                    map: self.map.saturating_add(1),
                    after: Key::default(),
                };
                continue;
            };
            if !visit(self.map, &key) {
                return Walked::UpTo(visited);
            }
            visited = visited.saturating_add(1);
            self.after = place_after(key);
        }
        Walked::Everywhere
    }
}

/// The key itself. One that is longer than any of ours can only have been put there by root: past it, and what begins as
/// it does.
fn place_after(key: Vec<u8>) -> Key {
    Key::try_from(key).unwrap_or_else(|key| {
        let mut past = Key::truncate_from(key);
        for byte in past.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        past
    })
}

/// Bytes of an entry's value, without copying it. Zero for none.
pub fn length_of(key: &[u8]) -> u32 {
    sp_io::storage::read(key, &mut [], 0).unwrap_or(0)
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    const MAPS: [Prefix; 3] = [[1; 32], [2; 32], [4; 32]];

    fn key(map: Prefix, rest: &[u8]) -> Vec<u8> {
        [&map[..], rest].concat()
    }

    /// A key before, between and after the maps each, two entries in the first and one in the last.
    fn filled() -> sp_io::TestExternalities {
        let mut ext = sp_io::TestExternalities::default();
        ext.execute_with(|| {
            for (map, rest) in [
                ([0; 32], &[1][..]),
                (MAPS[0], &[7]),
                (MAPS[0], &[9, 1]),
                ([3; 32], &[1]),
                (MAPS[2], &[5]),
                ([5; 32], &[1]),
            ] {
                sp_io::storage::set(&key(map, rest), &[1, 2, 3]);
            }
        });
        ext
    }

    #[test]
    fn walk_should_visit_every_entry_of_the_maps_once_however_often_it_is_interrupted() {
        filled().execute_with(|| {
            for at_once in 1..5 {
                let mut place = Place::default();
                let mut visited = Vec::new();
                loop {
                    let mut left = at_once;
                    let walked = place.walk(&MAPS, |map, key| {
                        if left == 0 {
                            return false;
                        }
                        left -= 1;
                        visited.push((map, key[32..].to_vec()));
                        true
                    });
                    match walked {
                        Walked::Everywhere => break,
                        Walked::UpTo(count) => assert_eq!(count, at_once),
                    }
                    assert!(place.encode().len() <= Place::max_encoded_len());
                    place = Place::decode(&mut &place.encode()[..]).unwrap();
                }
                assert_eq!(visited, [(0, vec![7]), (0, vec![9, 1]), (2, vec![5])]);
            }
        });
    }

    #[test]
    fn walk_should_go_on_when_entries_are_removed_and_added_behind_and_ahead_of_it() {
        filled().execute_with(|| {
            let mut visited = Vec::new();
            let walked = Place::default().walk(&MAPS, |map, at| {
                visited.push((map, at[32..].to_vec()));
                sp_io::storage::clear(at);
                if at == key(MAPS[0], &[7]) {
                    sp_io::storage::set(&key(MAPS[0], &[6]), &[]);
                    sp_io::storage::set(&key(MAPS[0], &[8]), &[]);
                }
                true
            });
            assert_eq!(walked, Walked::Everywhere);
            let expected = [(0, vec![7]), (0, vec![8]), (0, vec![9, 1]), (2, vec![5])];
            assert_eq!(visited, expected);
        });
    }

    #[test]
    fn walk_should_pass_a_key_that_is_too_long_to_remember() {
        filled().execute_with(|| {
            sp_io::storage::set(&key(MAPS[0], &[8; 200]), &[]);
            let mut lengths = Vec::new();
            let walked = Place::default().walk(&MAPS, |_, key| {
                lengths.push(key.len());
                true
            });
            assert_eq!(walked, Walked::Everywhere);
            assert_eq!(lengths, [33, 232, 34, 33]);
        });
    }

    #[test]
    fn length_should_be_that_of_the_value() {
        filled().execute_with(|| {
            assert_eq!(length_of(&key(MAPS[0], &[7])), 3);
            assert_eq!(length_of(&key(MAPS[0], &[6])), 0);
        });
    }
}
